"""One chute: its own endpoints, and chat, images and embeddings on its own host."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from typing_extensions import Self

from ..._config import OMIT, CallOptions, check_url
from ..._cords import Cord, check_arguments, cords_of, find, is_path
from ..._deadline import Deadline
from ..._download import OnProgress, check_folder
from ..._errors import ChutesError, ConfigError, NotFoundError, StreamInterruptedError
from ..._functions import Functions
from ..._helpers import SOON, WARMUP_TIMEOUT
from ..._journey import info_of, reading
from ..._json import is_object
from ..._pagination import with_cords
from ..._request import Call, Param, check_path, plain
from ..._results import (
    Binary,
    ResponseInfo,
    Text,
    WithResponse,
    check_success,
    media_type,
    mislabelled,
    sniff_content_type,
    unexpected,
)
from ..._sse import Event
from ..._trace import Trace
from .._files import to_file
from .._pager import AsyncOpening, opening
from .._stream import AsyncEventStream
from .._transport import AsyncAnswer
from .chat import AsyncChat
from .completions import AsyncCompletions
from .embeddings import AsyncEmbeddings
from .images import AsyncImages

if TYPE_CHECKING:
    from ..._helpers import Progress
    from ...management import WarmupEvent, WarmupStatus
    from .._client import AsyncChutes

_NO_OPTIONS = CallOptions()
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def _chosen(options: Any) -> CallOptions:
    if options is not None and not isinstance(options, CallOptions):
        raise ConfigError("options must be chutes_client.CallOptions(…)")
    return options or _NO_OPTIONS


class AsyncChute:
    """A handle on one chute. Looking it up, where that is needed, happens at the first use and once."""

    def __init__(self, client: AsyncChutes, ref: str, via: Literal["slug", "api"], ready: Literal["retry", "wait"]) -> None:
        if not isinstance(ref, str) or not ref.strip() or ref.strip() in (".", ".."):
            raise ConfigError("a chute reference must be a URL, a host, an id, user/name or a slug")
        self._client, self.ref, self._via, self._ready = client, ref.strip(), via, ready
        self._base: str | None = None
        self._found: Any = None
        self._known: list[Cord] | None = None

    @cached_property
    def chat(self) -> AsyncChat:
        """Chat completions on this chute's host; `model` may be left out."""
        return AsyncChat(self._client, self)

    @cached_property
    def completions(self) -> AsyncCompletions:
        """Text completions on this chute's host."""
        return AsyncCompletions(self._client, self)

    @cached_property
    def images(self) -> AsyncImages:
        """Images of this chute."""
        return AsyncImages(self._client, self)

    @cached_property
    def embeddings(self) -> AsyncEmbeddings:
        """Embeddings of this chute."""
        return AsyncEmbeddings(self._client, self)

    async def resolve(self) -> Self:
        """Looks the chute up if that is still to be done; then `url`, `slug`, `chute_id` and `name` are known.

        Raises:
            NotFoundError: if there is no such chute; the message names the reference.
        """
        await self._locate(_NO_OPTIONS)
        return self

    async def _locate(self, options: CallOptions) -> Deadline | None:
        """Resolves within the limits of a call that needs it, and returns the deadline that goes on with the call."""
        if self._base is not None:
            return None
        within = _Within(self._client, options)
        self._base = await self._resolve(within)
        if self._found is not None and self._known is None:
            self._known = cords_of(self._found)
        return within.deadline

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
            return getattr(self._found, "chute_id", None)
        return self.ref if _UUID.fullmatch(self.ref) else None

    @property
    def name(self) -> str | None:
        """The name, where it was looked up."""
        return getattr(self._found, "name", None)

    async def cords(self) -> list[Cord]:
        """The endpoints of the chute, read once.

        Raises:
            ConfigError: for a handle by URL or host, which the platform cannot be asked about.
            NotFoundError: if there is no such chute.

        Example:
            >>> [cord.name for cord in await client.chute("demo/echo").cords()][:2]
            ['echo', 'health']
        """
        return list(self._known if self._known is not None else await self._read_cords(_Within(self._client, _NO_OPTIONS)))

    def _refuse_address(self) -> None:
        if self._by_address:
            raise ConfigError("a chute by URL or host cannot be looked up: name it by its id, user/name or slug")

    async def _read_cords(self, within: _Within) -> list[Cord]:
        self._refuse_address()
        self._found = await (self._by_slug(within) if self.slug == self.ref else self._look_up(within))
        self._known = cords_of(self._found)
        return self._known

    async def functions(self) -> Functions:
        """An object with one method for each cord, with a signature and a docstring of the cord's schema.

        Example:
            >>> echo = await client.chute("demo/echo").functions()
            >>> (await echo.echo(text="hi"))["echo"]
            {'text': 'hi'}
        """

        def invoke(cord: Cord, arguments: dict[str, Any], options: CallOptions | None) -> Any:
            body = OMIT if cord.method == "GET" and not arguments else arguments
            run: Any = self.stream if cord.stream else self.call
            return run(cord.name, json=body, options=options)

        return Functions(await self.cords(), invoke, self.ref)

    @property
    def _by_address(self) -> bool:
        return self.ref.lower().startswith(("http://", "https://")) or ("." in self.ref and "/" not in self.ref)

    async def _resolve(self, within: _Within) -> str:
        ref = self.ref
        if ref.lower().startswith(("http://", "https://")):
            return check_url(ref, "the chute reference")
        if self._via == "api":
            if not _UUID.fullmatch(ref):
                self._found = self._found or await self._look_up(within)
                ref = self._found.chute_id
            return f"{self._client.endpoints.api}/chutes/{ref}"
        if "." in ref and "/" not in ref:
            return check_url(f"https://{ref}", "the chute reference")
        slug = ref
        if _UUID.fullmatch(ref) or "/" in ref:
            self._found = self._found or await self._look_up(within)
            if not self._found.slug:
                raise NotFoundError(f"the chute {ref!r} has no slug yet, so that its host is unknown")
            slug = str(self._found.slug)
        if not re.fullmatch(r"[A-Za-z0-9_-]+", slug):
            raise ConfigError(f"{ref!r} is no chute reference: a slug holds letters, digits and dashes")
        return self._client.endpoints.chute.replace("{slug}", slug)

    async def _look_up(self, within: _Within) -> Any:
        """`GET /chutes/{ref}`; a `user/name` that is not found is then looked for among that user's chutes."""
        from ...management import Chute

        call = Call("getChute", "GET", ["/chutes/", Param("ref", self.ref, keep_slash=True)], purpose="chutes")
        try:
            return await within.ask(call, Chute)
        except NotFoundError as error:
            missing = error
        user, slash, name = self.ref.partition("/")
        if slash:
            found = await self._search(user, name, within)
            if found is not None:
                return found
        missing.message = f"there is no chute {self.ref!r} that this account can see ({missing.message})"
        missing.args = (missing.message,)
        raise missing

    async def _by_slug(self, within: _Within) -> Any:
        """The chute of a slug: found in the list, then read whole."""
        from ...management import Chute, ChutePage

        query = {"slug": self.ref, "include_public": True}
        page = await within.ask(Call("listChutes", "GET", ["/chutes/"], query=query, purpose="chutes"), ChutePage)
        found = next((item for item in page.items if getattr(item, "slug", None) == self.ref), None)
        if found is None:
            raise NotFoundError(f"there is no chute {self.ref!r} that this account can see")
        call = Call("getChute", "GET", ["/chutes/", Param("chute_id", found.chute_id)], purpose="chutes")
        return await within.ask(call, Chute)

    async def _search(self, user: str, name: str, within: _Within) -> Any:
        from ...management import ChutePage

        query = {"name": name, "include_public": True, "limit": 100}
        call = Call("listChutes", "GET", ["/chutes/"], query=query, purpose="chutes")
        page = with_cords(await within.ask(call, ChutePage))
        for item in page.items or ():
            owner = getattr(getattr(item, "user", None), "username", None)
            if getattr(item, "name", None) in (name, self.ref) and isinstance(owner, str) and owner.lower() == user.lower():
                return item
        return None

    async def call(
        self,
        cord: str,
        *,
        method: str | None = None,
        json: Any = OMIT,
        validate: bool = True,
        options: CallOptions | None = None,
        **args: Any,
    ) -> Any:
        """Calls an endpoint of the chute.

        Args:
            cord: name of the cord, or its path with or without its leading slash. A slug's cords are read for a name only.
            method: default: what the cord says where that is known, else `"POST"`. A `"GET"` endpoint takes no arguments,
                since the server drops them.
            json: the arguments as one object, or
            **args: the arguments by name.
            validate: whether arguments are held against the cord's schema before they are sent, where it is known.
            options: time-outs, retries and extras of this call.

        Returns:
            The value of a JSON answer, a `str` for text, a `Binary` with its content type for anything else.

        Raises:
            ConfigError: for an unknown name, arguments that do not fit or are given to GET, or a cord that streams.
            UnexpectedResponseError: if the endpoint streams events (use `.stream`).
            ChutesError: what the chute or the platform refused.

        Example:
            >>> (await client.chute("demo/echo").call("echo", text="hello"))["echo"]
            {'text': 'hello'}
        """
        return (await self.with_response(cord, method=method, json=json, validate=validate, options=options, **args)).value

    async def with_response(
        self,
        cord: str,
        *,
        method: str | None = None,
        json: Any = OMIT,
        validate: bool = True,
        options: CallOptions | None = None,
        **args: Any,
    ) -> WithResponse[Any]:
        """As `call`, with the metadata of the answer beside the value."""
        call = await self._cord(cord, method, json, args, validate, False, options)
        answer = await self.patient(call, options)
        info = info_of(answer)
        with reading(answer):
            if media_type(info.headers.get("content-type", "")) == "text/event-stream":
                await answer.aclose()
                raise unexpected(f"{cord} streams events; call .stream({cord!r}, …) instead", info, b"")
            return WithResponse(await self._value(answer), info)

    async def _value(self, answer: AsyncAnswer) -> Any:
        try:
            return _decoded(await self._client._body(answer), info_of(answer))
        except ChutesError as error:
            raise self._client._executor.own(error, answer.request.journey) from error.__cause__

    def stream(
        self,
        cord: str,
        *,
        method: str | None = None,
        json: Any = OMIT,
        validate: bool = True,
        options: CallOptions | None = None,
        **args: Any,
    ) -> AsyncOpening[AsyncEventStream[Event], Event]:
        """Calls an endpoint that streams; returns when the headers are in.

        Iterate the result for events, or its `bytes` or `lines` for chutes that stream something else. It ends where the
        body ends. Nothing is added to the arguments, which are those of `call`.

        Raises:
            ConfigError: for an unknown name, or arguments that do not fit.
            ChutesError: what the chute or the platform refused.
        """

        async def begin() -> AsyncEventStream[Event]:
            call = await self._cord(cord, method, json, args, validate, True, options)
            call.result = "sse"
            answer = await self.patient(call, options)
            return AsyncEventStream(answer, self._client._executor, _same, self._client._config.max_event_bytes)

        return opening(begin)

    async def download(
        self,
        cord: str,
        to: str | os.PathLike[str],
        *,
        args: Mapping[str, Any] | None = None,
        method: str | None = None,
        validate: bool = True,
        on_progress: OnProgress | None = None,
        options: CallOptions | None = None,
    ) -> Path:
        """Calls an endpoint that answers with bytes, and streams them to disk: the file is there whole, or not at all.

        Args:
            cord, method, validate, options: as for `call`.
            to: path of the file, or a folder, in which it gets the server's name or else the cord's.
            args: the arguments.
            on_progress: called with the bytes received and the bytes in all, None where the server does not tell.

        Returns:
            The path of the file.

        Raises:
            ConfigError: if the folder does not exist, before anything is sent; if a file of that name is in the folder: only
                what is named by its whole path is replaced.
            UnexpectedResponseError: for JSON or HTML, with the server's text.
            ChutesError: what the chute or the platform refused; nothing is left behind then.
        """
        name = cord.rstrip("/").rpartition("/")[2] or "download"
        check_folder(to)
        call = await self._cord(cord, method, OMIT if args is None else args, {}, validate, False, options)
        answer = await self.patient(call, options)
        return await to_file(answer, to, name, on_progress, self._client._executor)

    async def trace(
        self,
        cord: str,
        args: Mapping[str, Any] | None = None,
        *,
        method: str | None = None,
        validate: bool = True,
        options: CallOptions | None = None,
    ) -> Trace:
        """Calls an endpoint and lets the platform tell what it does. For finding out why a call is slow, or fails.

        Args:
            cord, method, validate, options: as for `call`; a cord that streams is read to its end.
            args: the arguments.

        Returns:
            The steps, and the result or the error: an error in the trace is a value of it.

        Raises:
            ChutesError: what the platform refused before it began, or a trace that broke off.
        """
        call = await self._cord(cord, method, OMIT if args is None else args, {}, validate, None, options)
        call.result, call.headers = "sse", {"X-Chutes-Trace": "true"}
        answer = await self.patient(call, options)
        trace = Trace()
        if media_type(answer.headers.get("content-type", "")) not in ("text/event-stream", ""):
            with reading(answer):
                trace.result = await self._value(answer)
            return trace
        events = AsyncEventStream(answer, self._client._executor, _same, self._client._config.max_event_bytes)
        try:
            async for event in events:
                trace.take(event.data)
            if not trace.complete:
                raise StreamInterruptedError("the trace ended without a result", reason="truncated", attempts=answer.attempts)
        except ChutesError as error:
            raise self._client._executor.own(error, answer.request.journey) from error.__cause__
        finally:
            await events.aclose()
        return trace

    async def _cord(
        self,
        given: str,
        method: str | None,
        json: Any,
        args: dict[str, Any],
        validate: bool,
        stream: bool | None,
        options: CallOptions | None,
    ) -> Call:
        """The call of a cord: found by its name or path where the cords are known, and its arguments checked."""
        if not isinstance(given, str):
            raise ConfigError(f"a cord is named by a text, not {type(given).__name__}")
        if json is not OMIT and args:
            raise ConfigError("give the arguments as json= or by name, not both")
        verb = None if method is None else method.upper()
        body = json if json is not OMIT else args
        chosen = _chosen(options)
        deadline = await self._locate(chosen)
        if self._known is None and not is_path(given) and not self._by_address:
            within = _Within(self._client, chosen, deadline)
            await self._read_cords(within)
            deadline = within.deadline
        cord = None if self._known is None else find(self._known, given, verb, stream is not False)
        verb = verb or (cord.method if cord is not None else "POST")
        if verb == "GET":
            if body:
                raise ConfigError("a GET endpoint takes no arguments: the server drops them")
            body = OMIT
        elif not is_object(body := plain(body)):
            raise ConfigError("the arguments must be a JSON object")
        if cord is not None and validate:
            check_arguments(cord, body)
        literal = cord.path if cord is not None else given if given.startswith("/") else f"/{given}"
        call = Call("callCord", verb, [check_path(literal)], body=body, result="bytes", surface="invocation", base=self._base)
        call.deadline = deadline
        return call

    async def patient(self, call: Call, options: CallOptions | None) -> AsyncAnswer:
        """Makes the call; with `ready="wait"` a cold chute is warmed up first and the call is made again."""
        chosen = _chosen(options)
        if call.base is None:
            call.deadline = await self._locate(chosen)
            call.base = self._base
        ready = self._ready if chosen.ready is OMIT else chosen.ready
        return await self._client._executor.execute(call, chosen, self._wake if ready == "wait" else None)

    async def _wake(self, model: str | None, deadline: Deadline) -> bool:
        if self._by_address:  # the platform cannot be asked about it
            return False
        await self.wait_ready(deadline.clip(WARMUP_TIMEOUT) or SOON)
        return True

    async def warmup(self, **options: Any) -> AsyncEventStream[WarmupEvent]:
        """Starts the chute if it is cold and follows it; each event has `status` and `log`. The stream ends after `hot`."""
        from ...management import WarmupEvent

        where = Param("ref", self._where, keep_slash=True)
        call = Call("warmUpChute", "GET", ["/chutes/warmup/", where], result="sse", purpose="chutes")
        return await self._client._stream(call, WarmupEvent, options, _hot)

    @property
    def _where(self) -> str:
        self._refuse_address()
        return self.chute_id or self.ref

    async def wait_ready(
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
        return await self._client.chutes.wait_ready(
            self._where, timeout=timeout, poll_interval=poll_interval, on_progress=on_progress
        )

    def __repr__(self) -> str:
        return f"<chute {self.ref!r}>"


class _Within:
    """What a look-up has of the call that needs it: its limits, and the deadline that both share."""

    def __init__(self, client: AsyncChutes, options: CallOptions, deadline: Deadline | None = None) -> None:
        self._client, self._options = client, options.limits_only()
        self.deadline = deadline or client._executor.deadline_of(options)

    async def ask(self, call: Call, kind: Any) -> Any:
        call.deadline = self.deadline
        return await self._client._decode(call, kind, await self._client._executor.execute(call, self._options))


def _decoded(body: bytes, info: ResponseInfo) -> Any:
    kind = media_type(info.headers.get("content-type", ""))
    if kind == "application/json" or kind.endswith("+json"):
        from ..._values import parse_json

        try:
            check_success(body, info)
            return parse_json(body)
        except (ValueError, RecursionError):
            raise unexpected("the answer is no JSON", info, body) from None
    if kind.startswith("text/"):
        if (media := mislabelled(body)) is not None:
            return Binary(body, media, info)
        text = Text(body.decode("utf-8", "replace"))
        text.response = info
        return text
    return Binary(body, sniff_content_type(body, kind), info)


def _same(event: Event) -> Event:
    return event


def _hot(event: Any) -> bool:
    return bool(event.status == "hot")
