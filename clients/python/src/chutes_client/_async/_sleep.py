"""The one place that waits."""

from __future__ import annotations

import asyncio

from ..testing import Seam


async def sleep(seam: Seam, seconds: float) -> None:
    """Sleeps on the seam's clock, or really."""
    if seam.sleep is not None:
        seam.sleep(seconds)
    else:
        await asyncio.sleep(seconds)
