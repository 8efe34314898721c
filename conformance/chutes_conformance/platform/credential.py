"""Who is calling, by what, and what that allows."""

from __future__ import annotations

from dataclasses import dataclass

from .state import User

ANY_MODEL = ("__megallm__", "__megadiffuser__", "__megaembed__")  # the shared hosts, which name no chute


@dataclass(frozen=True)
class Need:
    """What a request does to what, as the server derives it from the path."""

    object_type: str
    object_id: str
    action: str


@dataclass(frozen=True)
class Scope:
    """One permission; None fits everything."""

    object_type: str | None
    object_id: str | None = None
    action: str | None = None

    def allows(self, need: Need) -> bool:
        if self.object_type not in (None, need.object_type) or self.action not in (None, need.action):
            return False
        return self.object_id in (None, need.object_id) or (need.object_type == "chutes" and need.object_id in ANY_MODEL)


@dataclass(frozen=True)
class Credential:
    """`kind` is key, oauth, jwt, hotkey or fingerprint; without `admin` only `scopes` count."""

    user: User
    kind: str = "key"
    admin: bool = True
    scopes: tuple[Scope, ...] = ()

    def allows(self, need: Need) -> bool:
        return self.admin or any(scope.allows(need) for scope in self.scopes)
