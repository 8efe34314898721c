"""The blocking client. Everything here but `_platform.py` is made from `_async` by `scripts/unasync.py`; do not edit it."""
