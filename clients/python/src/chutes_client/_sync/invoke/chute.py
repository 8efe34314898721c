# Made from _async/invoke/chute.py by scripts/unasync.py. Do not edit.
"""One chute: its own endpoints, and chat, images and embeddings on its own host."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from typing_extensions import Self

from ..._config import OMIT, CallOptions, call_options, check_url
from ..._deadline import Deadline
from ..._errors import ChutesError, ConfigError, NotFoundError
from ..._helpers import WARMUP_TIMEOUT
from ..._journey import info_of
from ..._request import Call, Param
from ..._results import (
    Binary,
    ResponseInfo,
    Text,
    WithResponse,
    check_success,
    media_type,
    sniff_content_type,
    unexpected,
)
from ..._sse import Event
from .._stream import EventStream
from .._transport import Answer
from .chat import Chat
from .completions import Completions
from .embeddings import Embeddings
from .images import Images

if TYPE_CHECKING:
    from ..._helpers import Progress
    from ...management import WarmupEvent, WarmupStatus
    from .._client import Chutes

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class Chute:
    """A handle on one chute. Looking it up, where that is needed, happens at the first use and once."""

    def __init__(self, client: Chutes, ref: str, via: Literal["slug", "api"], ready: Literal["retry", "wait"]) -> None:
        if not isinstance(ref, str) or not ref.strip() or ref.strip() in (".", ".."):
            raise ConfigError("a chute reference must be a URL, a host, an id, user/name or a slug")
        self._client, self.ref, self._via, self._ready = client, ref.strip(), via, ready
        self._base: str | None = None
        self._found: Any = None

    @cached_property
    def chat(self) -> Chat:
        """Chat completions on this chute's host; `model` may be left out."""
        return Chat(self._client, self)

    @cached_property
    def completions(self) -> Completions:
        """Text completions on this chute's host."""
        return Completions(self._client, self)

    @cached_property
    def images(self) -> Images:
        """Images of this chute."""
        return Images(self._client, self)

    @cached_property
    def embeddings(self) -> Embeddings:
        """Embeddings of this chute."""
        return Embeddings(self._client, self)

    def resolve(self) -> Self:
        """Looks the chute up if that is still to be done; then `url`, `slug`, `chute_id` and `name` are known.

        Raises:
            NotFoundError: if there is no such chute; the message names the reference.
        """
        if self._base is None:
            self._base = self._resolve()
        return self

    @property
    def url(self) -> str | None:
        """Base URL of the chute's host, or None before `resolve()`."""
        return self._base

    @property
    def slug(self) -> str | None:
        """The slug, where it is known."""
        if self._found is not None:
            return self._found.slug  # type: ignore[no-any-return]
        return None if "." in self.ref or "/" in self.ref or _UUID.fullmatch(self.ref) else self.ref

    @property
    def chute_id(self) -> str | None:
        """The id, where it is known."""
        if self._found is not None:
            return self._found.chute_id  # type: ignore[no-any-return]
        return self.ref if _UUID.fullmatch(self.ref) else None

    @property
    def name(self) -> str | None:
        """The name, where it was looked up."""
        return None if self._found is None else self._found.name

    def cords(self) -> list[Any]:
        """The endpoints of the chute, as the platform describes them."""
        if self._found is None or self._found.cords is None:
            self._found = self._look_up()
        return list(self._found.cords or ())

    def _resolve(self) -> str:
        ref = self.ref
        if ref.lower().startswith(("http://", "https://")):
            return check_url(ref, "the chute reference")
        if self._via == "api":
            if not _UUID.fullmatch(ref):
                self._found = self._look_up()
            return f"{self._client.endpoints.api}/chutes/{self.chute_id}"
        if "." in ref and "/" not in ref:
            return check_url(f"https://{ref}", "the chute reference")
        slug = ref
        if _UUID.fullmatch(ref) or "/" in ref:
            self._found = self._look_up()
            if not self._found.slug:
                raise NotFoundError(f"the chute {ref!r} has no slug yet, so that its host is unknown")
            slug = self._found.slug
        if not re.fullmatch(r"[A-Za-z0-9_-]+", slug):
            raise ConfigError(f"{ref!r} is no chute reference: a slug holds letters, digits and dashes")
        return self._client.endpoints.chute.replace("{slug}", slug)

    def _look_up(self) -> Any:
        """`GET /chutes/{ref}`; a `user/name` that is not found is then looked for among that user's chutes."""
        from ...management import Chute

        call = Call("getChute", "GET", ["/chutes/", Param("ref", self.ref, keep_slash=True)], purpose="chutes")
        try:
            return self._client._perform(call, Chute, {})
        except NotFoundError as error:
            missing = error
        user, slash, name = self.ref.partition("/")
        if slash:
            found = self._search(user, name)
            if found is not None:
                return found
        missing.message = f"there is no chute {self.ref!r} that this account can see ({missing.message})"
        missing.args = (missing.message,)
        raise missing

    def _search(self, user: str, name: str) -> Any:
        from ...management import ChutePage

        query = {"name": name, "include_public": True, "limit": 100}
        call = Call("listChutes", "GET", ["/chutes/"], query=query, purpose="chutes")
        page = self._client._perform(call, ChutePage, {})
        for item in page.items or ():
            owner = getattr(item.user, "username", None)
            if item.name in (name, self.ref) and owner is not None and owner.lower() == user.lower():
                return item
        return None

    def call(self, path: str, *, method: str = "POST", json: Any = OMIT, options: CallOptions | None = None, **args: Any) -> Any:
        """Calls an endpoint of the chute.

        Args:
            path: path of the endpoint, with or without its leading slash.
            method: `"POST"` by default; a `"GET"` endpoint takes no arguments, since the server drops them.
            json: the arguments as one object, or
            **args: the arguments by name.
            options: time-outs, retries and extras of this call.

        Returns:
            The value of a JSON answer, a `str` for text, a `Binary` with its content type for anything else.

        Raises:
            ConfigError: for arguments on GET.
            UnexpectedResponseError: if the endpoint streams events (use `.stream`).
            ChutesError: what the chute or the platform refused.

        Example:
            >>> from chutes_client import Chutes
            >>> def speak(client: Chutes) -> None:
            ...     client.chute("me-voice").call("/speak", text="Hello").save("hello.wav")
        """
        return (self.with_response(path, method=method, json=json, options=options, **args)).value

    def with_response(
        self, path: str, *, method: str = "POST", json: Any = OMIT, options: CallOptions | None = None, **args: Any
    ) -> WithResponse[Any]:
        """As `call`, with the metadata of the answer beside the value."""
        call = self._cord(path, method, json, args)
        answer = self.patient(call, options)
        info = info_of(answer)
        if media_type(info.headers.get("content-type", "")) == "text/event-stream":
            answer.close()
            raise unexpected(f"{path} streams events; call .stream({path!r}, …) instead", info, b"")
        return WithResponse(self._value(self._client._body(answer), info), info)

    def _value(self, body: bytes, info: ResponseInfo) -> Any:
        kind = media_type(info.headers.get("content-type", ""))
        if kind == "application/json" or kind.endswith("+json"):
            from ..._values import parse_json

            try:
                check_success(body, info)
                return parse_json(body)
            except (ValueError, RecursionError):
                raise self._client._executor.own(unexpected("the answer is no JSON", info, body)) from None
            except ChutesError as error:
                raise self._client._executor.own(error) from None
        if kind.startswith("text/"):
            text = Text(body.decode("utf-8", "replace"))
            text.response = info
            return text
        return Binary(body, sniff_content_type(body, kind), info)

    def stream(
        self, path: str, *, method: str = "POST", json: Any = OMIT, options: CallOptions | None = None, **args: Any
    ) -> EventStream[Event]:
        """Calls an endpoint that streams; returns when the headers are in.

        Iterate the result for events, or its `bytes` or `lines` for chutes that stream something else. It ends where the
        body ends. Nothing is added to the arguments.

        Raises:
            ChutesError: what the chute or the platform refused.
        """
        call = self._cord(path, method, json, args)
        call.result = "sse"
        answer = self.patient(call, options)
        return EventStream(answer, self._client._executor, _same, self._client._config.max_event_bytes)

    def _cord(self, path: str, method: str, json: Any, args: dict[str, Any]) -> Call:
        verb = method.upper()
        if json is not OMIT and args:
            raise ConfigError("give the arguments as json= or by name, not both")
        body = json if json is not OMIT else args
        if verb == "GET":
            if body:
                raise ConfigError("a GET endpoint takes no arguments: the server drops them")
            body = OMIT
        self.resolve()
        literal = path if path.startswith("/") else f"/{path}"
        if any(part in (".", "..") for part in urlsplit(literal).path.split("/")):
            raise ConfigError("path must not have '.' or '..' parts")
        return Call("callCord", verb, [literal], body=body, result="bytes", surface="invocation", base=self._base)

    def patient(self, call: Call, options: CallOptions | None) -> Answer:
        """Makes the call; with `ready="wait"` a cold chute is warmed up first and the call is made again."""
        chosen = options or call_options({})
        ready = self._ready if chosen.ready is OMIT else chosen.ready
        return self._client._executor.execute(call, chosen, self._wake if ready == "wait" else None)

    def _wake(self, model: str | None, deadline: Deadline) -> bool:
        self.wait_ready(deadline.clip(WARMUP_TIMEOUT))
        return True

    def warmup(self, **options: Any) -> EventStream[WarmupEvent]:
        """Starts the chute if it is cold and follows it; each event has `status` and `log`. The stream ends after `hot`."""
        from ...management import WarmupEvent

        where = Param("ref", self._where, keep_slash=True)
        call = Call("warmUpChute", "GET", ["/chutes/warmup/", where], result="sse", purpose="chutes")
        return self._client._stream(call, WarmupEvent, options, _hot)

    @property
    def _where(self) -> str:
        return self.chute_id or self.ref

    def wait_ready(
        self, timeout: float | None = WARMUP_TIMEOUT, *, poll_interval: float | None = None, on_progress: Progress | None = None
    ) -> WarmupStatus:
        """Warms the chute up and waits until it is hot, as `client.chutes.wait_ready` does.

        Args:
            timeout: seconds to wait at most, default 600; None waits for ever.
            poll_interval: seconds between two questions; default: follow the events of the warm-up.
            on_progress: called with each event or status.

        Raises:
            APITimeoutError: if it does not get hot in time, or the server gives up.
        """
        return self._client.chutes.wait_ready(self._where, timeout=timeout, poll_interval=poll_interval, on_progress=on_progress)

    def __repr__(self) -> str:
        return f"<chute {self.ref!r}>"


def _same(event: Event) -> Event:
    return event


def _hot(event: Any) -> bool:
    return bool(event.status == "hot")
