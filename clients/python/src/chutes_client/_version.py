"""The version, the same in all four languages (a test compares it with pyproject.toml)."""

VERSION = "0.1.0"
