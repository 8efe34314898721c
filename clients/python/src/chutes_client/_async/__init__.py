"""The client for asyncio (and trio, by way of anyio). The sync twin in `_sync` is made from this by `scripts/unasync.py`."""
