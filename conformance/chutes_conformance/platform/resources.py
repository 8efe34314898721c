"""Every resource of the management API. Importing them fills the table of routes; `MODULES` is the order in which their routes are tried."""

from __future__ import annotations

from . import accounts, chute_lists, chutes, controls, images, keys, misc, oauth, secrets, users

MODULES = (controls, chute_lists, chutes, images, accounts, users, keys, secrets, oauth, misc)  # a new resource goes in here
