"""Ways to sign requests, for the `auth=` option of a client."""

from ._auth import Auth, anonymous, bearer, from_provider, x_api_key

__all__ = ["Auth", "anonymous", "bearer", "from_provider", "x_api_key"]
