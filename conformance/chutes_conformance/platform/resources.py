"""Every resource of the management API. Importing them fills the table of routes; `MODULES` is the order in which their routes are tried."""

from __future__ import annotations

from . import (
    accounts,
    aliases,
    audit,
    chute_lists,
    chutes,
    controls,
    e2e,
    encrypted_logs,
    images,
    instances,
    jobs,
    keys,
    logos,
    misc,
    nodes,
    oauth,
    payments,
    secrets,
    stats,
    tee,
    users,
)  # fmt: skip

MODULES = (
    controls, chute_lists, tee, chutes, images, accounts, users, keys, secrets, oauth, jobs, aliases, logos, instances, encrypted_logs, e2e,
    payments, nodes, stats, audit, misc,
)  # a new resource goes in here  # fmt: skip
