"""Every resource of the management API. Importing them fills the table of routes; the order here is the order in which routes are tried."""

from __future__ import annotations

from . import chute_lists, chutes, images, keys, misc, secrets, users

MODULES = (chute_lists, chutes, images, users, keys, secrets, misc)  # a new resource goes in here
