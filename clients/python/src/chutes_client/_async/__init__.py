"""The client for asyncio. The sync twin in `_sync` is made from this by `scripts/unasync.py`."""
