"""The version of this package, as the wheel and the `User-Agent` header name it."""

__version__ = "0.1.0"
