"""What the platform remembers: users, images, chutes, instances, bounties, quotas."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from .http import HttpError
from .options import Options

DAILY_DEPLOYS = 24
Json = dict[str, Any]
Store = TypeVar("Store")


def naive(moment: float) -> str:
    """Unix seconds as the server writes them: ISO-8601 UTC with microseconds and without a zone."""
    return datetime.fromtimestamp(moment, UTC).replace(tzinfo=None).isoformat(timespec="microseconds")


@dataclass
class User:
    user_id: str
    username: str
    balance: float
    created_at: float
    quota: int = 5000
    hotkey: str = ""
    coldkey: str = ""
    payment_address: str = "5MockPaymentAddress"
    fingerprint_hash: str = ""
    permissions: int = 0  # a bit mask
    netuids: list[int] = field(default_factory=list)
    logo_id: str | None = None

    def public(self) -> Json:
        """UserResponse. The server builds the logo's URL without a slash after its host, and so does this."""
        logo = f"https://logos.chutes.ailogos/{self.logo_id}.webp" if self.logo_id else None
        return {"username": self.username, "user_id": self.user_id, "logo_id": self.logo_id, "created_at": naive(self.created_at), "logo": logo}


@dataclass
class Image:
    image_id: str
    user: User
    name: str
    tag: str
    public: bool
    created_at: float
    patch_version: str = "initial"
    readme: str = ""
    logo_id: str | None = None
    status: str = "built and pushed"
    build_started_at: float | None = 0.0  # 0 stands for shortly after the creation
    build_completed_at: float | None = 0.0
    chutes_version: str = "0.6.9"

    def view(self) -> Json:
        """ImageResponse. The server builds the logo's URL without a slash after its host, and so does this."""
        started = self.created_at + 30 if self.build_started_at == 0 else self.build_started_at
        completed = self.created_at + 400 if self.build_completed_at == 0 else self.build_completed_at
        return {
            "image_id": self.image_id,
            "name": self.name,
            "readme": self.readme,
            "tag": self.tag,
            "public": self.public,
            "status": self.status,
            "created_at": naive(self.created_at),
            "build_started_at": naive(started) if started is not None else None,
            "build_completed_at": naive(completed) if completed is not None else None,
            "user": self.user.public(),
            "logo_id": self.logo_id,
            "patch_version": self.patch_version,
            "chutes_version": self.chutes_version,
            "logo": f"https://logos.chutes.ailogos/{self.logo_id}.webp" if self.logo_id else None,
        }


@dataclass
class Chute:
    chute_id: str
    user: User
    name: str
    slug: str
    image: Image
    code: str
    filename: str
    ref_str: str
    version: str
    created_at: float
    updated_at: float
    node_selector: Json = field(default_factory=dict)
    cords: list[Json] = field(default_factory=list)
    jobs: list[Json] = field(default_factory=list)
    public: bool = False
    standard_template: str | None = None
    tagline: str = ""
    readme: str = ""
    tool_description: str | None = None
    logo_id: str | None = None
    tee: bool = True
    revision: str | None = None
    concurrency: int | None = 1
    max_instances: int | None = 1
    scaling_threshold: float | None = 0.75
    shutdown_after_seconds: int | None = 300
    allow_external_egress: bool | None = False
    lock_modules: bool | None = None
    boost: float | None = None
    disabled: bool = False
    immutable: bool = False
    invocation_count: int = 0
    shared_with: dict[str, float] = field(default_factory=dict)  # user id → when
    hot_at: float | None = 0.0  # when an instance answers; None = nobody has asked yet, so it stays cold
    cold_seconds: float = 0.0
    upstream: str = ""  # base URL of a real chute that answers the cords
    price: Json | None = None

    def is_hot(self, now: float) -> bool:
        return self.hot_at is not None and now >= self.hot_at

    def wake(self, now: float) -> None:
        """A call or a warm-up makes miners start an instance."""
        if self.hot_at is None:
            self.hot_at = now + self.cold_seconds


class State:
    """All of it, for one platform. One event loop uses it, so there are no locks."""

    def __init__(self, options: Options | None = None) -> None:
        self.options = options or Options()
        self.cold_seconds = self.options.cold_seconds
        self.advanced = 0.0  # seconds by which a test has moved the clock
        self._stores: dict[type[Any], Any] = {}
        self.users: dict[str, User] = {}
        self.images: dict[str, Image] = {}
        self.chutes: dict[str, Chute] = {}
        self.bounties: dict[str, float] = {}  # chute id → when it was created
        self.deploys: dict[str, list[float]] = {}
        self.rolling: dict[str, Json] = {}
        self.quota_used: dict[str, int] = {}
        self.logo_ids: set[str] = set()  # what an upload of a logo has made
        self.seen_calls = 0
        self.started = time.time()

    def now(self) -> float:
        return time.time() + self.advanced

    def of(self, store: type[Store]) -> Store:
        """The state of a resource, made on first use: by `store.seeded(state)` when it has that, else by `store()`."""
        if store not in self._stores:
            seeded = getattr(store, "seeded", None)
            self._stores[store] = seeded(self) if seeded else store()
        made: Store = self._stores[store]
        return made

    def user_by_name(self, name: str) -> User | None:
        return next((user for user in self.users.values() if user.username == name), None)

    def find_image(self, ref: str, user: User) -> Image | None:
        for image in self.images.values():
            named = f"{image.user.username}/{image.name}:{image.tag}"
            own = ref in (named.split("/", 1)[1], named) and (image.user is user or image.public)
            if ref == image.image_id or own:
                return image
        return None

    def visible(self, chute: Chute, user: User | None) -> bool:
        return chute.public or (user is not None and (chute.user is user or user.user_id in chute.shared_with))

    def find_chute(self, ref: str, user: User | None) -> Chute | None:
        """By id, by name (own before others'), or by `user/name`; private chutes of others do not exist."""
        found = self.chutes.get(ref)
        if found:
            return found if self.visible(found, user) else None
        lowered = ref.lower()
        matches = [
            chute
            for chute in self.chutes.values()
            if self.visible(chute, user) and lowered in (chute.name.lower(), f"{chute.user.username}/{chute.name}".lower())
        ]
        return min(matches, key=lambda chute: (chute.user is not user, not chute.public, chute.created_at), default=None)

    def must_find(self, ref: str, user: User | None, detail: str) -> Chute:
        chute = self.find_chute(ref, user)
        if chute is None:
            raise HttpError(404, detail)
        return chute

    def by_slug(self, slug: str) -> Chute | None:
        return next((chute for chute in self.chutes.values() if chute.slug == slug), None)

    def create_bounty(self, chute: Chute) -> None:
        self.bounties.setdefault(chute.chute_id, self.now())

    def bounty_view(self, chute_id: str) -> Json:
        created, lifetime = self.bounties[chute_id], 86400 if self.chutes[chute_id].public else 3600
        age = int(self.now() - created)
        return {
            "chute_id": chute_id,
            "bounty_amount": min(3 * age + 100, 86400),
            "seconds_elapsed": age,
            "time_remaining": max(0, lifetime - age),
            "created_at": int(created),
        }

    def live_bounties(self) -> list[Json]:
        """A bounty ends when its chute is hot."""
        for chute_id in list(self.bounties):
            chute = self.chutes.get(chute_id)
            if chute is None or chute.is_hot(self.now()):
                del self.bounties[chute_id]
        return [self.bounty_view(chute_id) for chute_id in self.bounties]

    def count_deploy(self, user: User) -> None:
        day = [moment for moment in self.deploys.get(user.user_id, []) if moment > self.now() - 86400]
        if len(day) >= DAILY_DEPLOYS:
            raise HttpError(429, "You many only update/create 24 chutehistorys per 24 hours.")  # named after its table
        self.deploys[user.user_id] = day

    def record_deploy(self, user: User) -> None:
        self.deploys.setdefault(user.user_id, []).append(self.now())

    def instances(self, chute: Chute) -> list[Json]:
        if not chute.is_hot(self.now()):
            return []
        return [
            {
                "instance_id": str(uuid.uuid5(uuid.NAMESPACE_OID, f"{chute.chute_id}:instance:{index}")),
                "region": "n/a",
                "active": True,
                "verified": True,
                "last_verified_at": naive(self.now() - 40 - index),
            }
            for index in range(2 if chute.public else 1)
        ]

    def chute_view(self, chute: Chute, *, cords: bool = True) -> Json:
        """ChuteResponse (lists leave the cords to `cord_refs`)."""
        bounty = self.bounty_view(chute.chute_id)["bounty_amount"] if chute.chute_id in self.bounties else None
        view: Json = {
            "chute_id": chute.chute_id,
            "name": chute.name,
            "tagline": chute.tagline,
            "readme": chute.readme,
            "public": chute.public,
            "version": chute.version,
            "tool_description": chute.tool_description,
            "slug": chute.slug,
            "standard_template": chute.standard_template,
            "cords": chute.cords if cords else None,
            "jobs": chute.jobs,
            "cord_ref_id": None if cords else cord_ref_id(chute),
            "created_at": naive(chute.created_at),
            "updated_at": naive(chute.updated_at),
            "image": chute.image.view(),
            "user": chute.user.public(),
            "supported_gpus": supported_gpus(chute.node_selector),
            "node_selector": {**chute.node_selector, "compute_multiplier": 1.5, "supported_gpus": supported_gpus(chute.node_selector)},
            "invocation_count": chute.invocation_count,
            "current_estimated_price": chute.price or hourly_price(chute.node_selector),
            "instances": self.instances(chute),
            "logo_id": chute.logo_id,
            "openrouter": False,
            "chutes_version": "0.6.9",
            "revision": chute.revision,
            "concurrency": chute.concurrency,
            "boost": chute.boost,
            "max_instances": chute.max_instances,
            "scaling_threshold": chute.scaling_threshold,
            "shutdown_after_seconds": chute.shutdown_after_seconds,
            "preemptible": chute.public,
            "allow_external_egress": chute.allow_external_egress,
            "tee": chute.tee,
            "lock_modules": chute.lock_modules,
            "effective_compute_multiplier": None,
            "compute_multiplier_factors": None,
            "bounty": bounty,
            "logo": None,
            "hot": chute.is_hot(self.now()),
        }
        return view

    def quota_headers(self, user: User, chute: Chute) -> dict[str, str]:
        """`Used` is the count before this call; a private chute of one's own has no limits."""
        used = self.quota_used.get(user.user_id, 0)
        self.quota_used[user.user_id] = used + 1
        limit = "60" if chute.public else "inf"
        return {
            "x-chutes-invocationid": str(uuid.uuid4()),
            "x-chutes-quota-total": str(user.quota),
            "x-chutes-quota-used": str(used),
            "x-chutes-quota-remaining": str(max(0, user.quota - used)),
            "x-chutes-rl-user": limit,
        }

    def midnight(self) -> str:
        day = datetime.fromtimestamp(self.now(), UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        return day.isoformat()


GPUS: dict[str, tuple[int, float]] = {
    "3090": (24, 0.12), "4090": (24, 0.25), "5090": (32, 0.45), "a5000": (24, 0.17), "a6000": (48, 0.36), "l4": (24, 0.20), "l40": (48, 0.50),
    "l40s": (48, 0.60), "pro_6000": (96, 1.10), "a100": (80, 0.90), "a100_sxm": (80, 1.00), "h100": (80, 1.50), "h100_sxm": (80, 1.80),
    "h200": (140, 2.30), "b200": (180, 3.90), "mi300x": (192, 2.80),
}  # fmt: skip


def supported_gpus(selector: Json) -> list[str]:
    """The open set of GPUs that a node selector leaves."""
    names = [name.lower() for name in selector.get("include") or GPUS]
    dropped = {name.lower() for name in selector.get("exclude") or []}
    need, ceiling = selector.get("min_vram_gb_per_gpu") or 16, selector.get("max_hourly_price_per_gpu") or 1e9
    return [name for name in names if name in GPUS and name not in dropped and GPUS[name][0] >= need and GPUS[name][1] <= ceiling]


def hourly_price(selector: Json) -> Json:
    """USD of the cheapest GPU that fits, times the count."""
    fitting = [GPUS[name][1] for name in supported_gpus(selector)] or [0.0]
    usd = min(fitting) * (selector.get("gpu_count") or 1)
    return {"usd": {"hour": usd, "second": usd / 3600}, "tao": {"hour": usd / 400, "second": usd / 400 / 3600}}


def cord_ref_id(chute: Chute) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, repr(chute.cords)))


def make_chute_id(username: str, name: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{username}::chute::{name}"))


def make_version(image: Image, code: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{image.image_id}:{image.patch_version}:{code}"))


def make_slug(state: State, username: str, name: str, chute_id: str) -> str:
    """Lower-case words joined by dashes, at most 58 characters, with a suffix when it is taken."""
    words = "".join(character if character.isalnum() and character.isascii() else "-" for character in f"{username}-{name}".lower())
    slug = "-".join(part for part in words.split("-") if part)[:58].rstrip("-")
    if state.by_slug(slug):
        slug = f"{slug[:52]}-{uuid.uuid5(uuid.NAMESPACE_OID, chute_id).hex[:5]}"
    return slug
