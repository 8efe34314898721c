"""Mock server over raw sockets: a framework would hide exactly the bytes under test."""

from .journal import Journal, RequestRecord
from .listener import MockServer

__all__ = ["Journal", "MockServer", "RequestRecord"]
