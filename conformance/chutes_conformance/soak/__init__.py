"""Many slow streams at once on one client, for a long time: nothing may be left behind, and every token must be accounted for."""

from .play import SHORT, Options, Result, several, show, soak

__all__ = ["SHORT", "Options", "Result", "several", "show", "soak"]
