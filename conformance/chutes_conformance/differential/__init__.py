"""Differential fuzzing: the same bytes through every client and the reference; whoever differs is wrong, or the rules are."""

from .play import Disagreement, Report, fuzz

__all__ = ["Disagreement", "Report", "fuzz"]
