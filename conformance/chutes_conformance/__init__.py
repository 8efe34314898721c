"""Conformance suite for Chutes clients: cases in, verdicts out. See README.md beside this package."""

__version__ = "0.1.0"
