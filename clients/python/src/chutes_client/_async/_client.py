"""The client: settings in, resources out."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping
from copy import copy
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from typing_extensions import Self

from .._auth import Auth, key_of, make_auth
from .._config import (
    DURATIONS,
    OMIT,
    Config,
    Endpoints,
    Omit,
    Seconds,
    call_options,
    check_choice,
    check_duration,
    check_headers,
    check_retries,
    resolve,
)
from .._deadline import Deadline
from .._errors import ChutesError, ConfigError, NotFoundError
from .._helpers import SOON, WARMUP_TIMEOUT
from .._hooks import Hooks, log_to_stderr
from .._journey import info_of, reading
from .._limiter import PerMinute, check_limits
from .._mapping import MAP_CONCURRENCY, MapResult, check_concurrency, check_map
from .._pagination import with_cords
from .._request import Call, check_path
from .._results import Binary, RawResponse, Text, sniff_content_type
from .._retry import MAX_RETRIES, RetryBudget
from .._sse import MAX_EVENT_BYTES
from ..testing import Seam
from ._limiter import AsyncLimiter
from ._pager import AsyncPager, paged
from ._request import AsyncExecutor
from ._transport import AsyncAnswer, AsyncTransport
from .management._resources import AsyncManagement

if TYPE_CHECKING:
    import httpx

    from .._values import Model
    from ._lines import AsyncLogStream
    from ._pagination import AsyncPage
    from ._stream import AsyncEventStream
    from .helpers.models import AsyncModelsResource
    from .invoke.chat import AsyncChat
    from .invoke.chute import AsyncChute
    from .invoke.completions import AsyncCompletions
    from .invoke.embeddings import AsyncEmbeddings
    from .invoke.images import AsyncImages
    from .invoke.media import AsyncAudio, AsyncVideo

M = TypeVar("M", bound="Model")
T = TypeVar("T")
V = TypeVar("V")


class AsyncChutes(AsyncManagement):
    """A client of Chutes.

    One client holds one pool of connections; make one and keep it. All durations are seconds, `None` is no limit.

    Args:
        api_key: the key; default: the variable `CHUTES_API_KEY`. White space around it is trimmed.
        base_url: one base URL for all hosts, as `CHUTES_BASE_URL` sets it (local platform, gateways).
        endpoints: the five hosts one by one; default: the `CHUTES_*_URL` variables, else the public ones.
        auth: `"bearer"` (default), `"x-api-key"` (gateways only), `"none"`, or an object of `chutes_client.auth`.
        timeout: limit for the first byte and for silence in an answer's body, per attempt.
        connect_timeout: limit for the connection, default 10.
        first_byte_timeout: default 60 for management, 630 for invocation.
        idle_timeout: silence between two bytes, default 60 for management, 120 for invocation.
        deadline: whole call with attempts and waits, default 120 for management calls with a JSON answer, else none.
        max_retries: retries after the first attempt, default 2.
        headers: sent with every request; the headers of a call win.
        ca_pem: certificates in PEM form to trust besides the usual ones.
        http_client: an `httpx` client of your own; it is not closed, and its own limits for connections hold.
        transport: an `httpx` transport in place of the network, such as `chutes_client.testing.scripted(…)`.
        http2: speak HTTP/2 where the server does (needs the extra `http2`).
        on_restart: what to do when the server begins a streamed answer anew: `"error"` or `"discard"` what came before.
        via: `"api"` calls chutes through `{api}/chutes/{chute_id}/{path}`, which the public server refuses.
        ready: `"wait"` warms a cold chute up and waits for it instead of retrying.
        retry_budget: keep retries below a tenth of the calls, on average.
        rate_limit_per_minute: wait before a request that would exceed so many a minute; `"auto"` takes the account's own limit
            from the latest answer; default: no limit.
        max_concurrency: requests that may be open at once, a stream until it ends; more wait. Default: no limit.
        hooks: functions that are told of attempts, retries and ends of streams, see `chutes_client.Hooks`.
        max_event_bytes: cap for one event of a stream, default 64 MiB.
        seam: clock, sleep and random source, see `chutes_client.testing`.

    Raises:
        ConfigError: for a missing key or an option that cannot work, before anything is sent.

    Example:
        >>> import chutes_client
        >>> client = chutes_client.AsyncChutes("cpk_test", base_url="http://127.0.0.1:9")
        >>> client.endpoints.llm
        'http://127.0.0.1:9/llm/v1'
    """

    def __init__(
        self,
        api_key: str | None = None,
        *,
        base_url: str | None = None,
        endpoints: Endpoints | None = None,
        auth: str | Auth = "bearer",
        timeout: Seconds = OMIT,
        connect_timeout: Seconds = OMIT,
        first_byte_timeout: Seconds = OMIT,
        idle_timeout: Seconds = OMIT,
        deadline: Seconds = OMIT,
        max_retries: int = MAX_RETRIES,
        headers: Mapping[str, str] | None = None,
        ca_pem: str | None = None,
        http_client: httpx.AsyncClient | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        http2: bool = False,
        on_restart: Literal["error", "discard"] = "error",
        via: Literal["slug", "api"] = "slug",
        ready: Literal["retry", "wait"] = "retry",
        retry_budget: bool = False,
        rate_limit_per_minute: PerMinute = None,
        max_concurrency: int | None = None,
        hooks: Hooks | None = None,
        max_event_bytes: int = MAX_EVENT_BYTES,
        seam: Seam | None = None,
    ) -> None:
        durations = (timeout, connect_timeout, first_byte_timeout, idle_timeout, deadline)
        for name, value in zip(DURATIONS, durations, strict=True):
            check_duration(value, name)
        check_retries(max_retries)
        check_choice("on_restart", on_restart, ("error", "discard"))
        check_choice("via", via, ("slug", "api"))
        check_choice("ready", ready, ("retry", "wait"))
        check_limits(rate_limit_per_minute, max_concurrency)
        log_to_stderr()
        if seam is not None and not isinstance(seam, Seam):
            raise ConfigError("seam must be a chutes_client.testing.Seam, as VirtualClock().seam() makes one")
        if isinstance(max_event_bytes, bool) or not isinstance(max_event_bytes, int) or max_event_bytes < 1:
            raise ConfigError("max_event_bytes must be a whole number from 1 on")
        if endpoints is not None and not isinstance(endpoints, Endpoints):
            raise ConfigError("endpoints must be chutes_client.Endpoints(…)")
        if base_url is not None and endpoints is not None:
            raise ConfigError("give base_url or endpoints, not both")
        if endpoints is None:
            endpoints = Endpoints.from_base(base_url) if base_url is not None else Endpoints.from_env()
        self._config = Config(
            endpoints=endpoints,
            auth=make_auth(api_key, auth),
            seam=seam or Seam(),
            timeout=timeout,
            connect_timeout=connect_timeout,
            first_byte_timeout=first_byte_timeout,
            idle_timeout=idle_timeout,
            deadline=deadline,
            max_retries=max_retries,
            headers=check_headers(headers, "headers"),
            on_restart=on_restart,
            via=via,
            ready=ready,
            hooks=hooks,
            max_event_bytes=max_event_bytes,
        )
        if transport is not None and http_client is not None:
            raise ConfigError("give http_client or transport, not both")
        if transport is not None or http_client is not None:
            import httpx  # who gives one has imported it

            if http_client is not None and not isinstance(http_client, httpx.AsyncClient):
                raise ConfigError("http_client must be an httpx.AsyncClient")
            if transport is not None and not isinstance(transport, httpx.AsyncBaseTransport):
                raise ConfigError("transport must be an httpx.AsyncBaseTransport")
        if hooks is not None and not isinstance(hooks, Hooks):
            raise ConfigError("hooks must be chutes_client.Hooks(…)")
        connections = AsyncTransport(http_client or transport, ca_pem, http2)
        budget = RetryBudget() if retry_budget else None
        limiter = AsyncLimiter(rate_limit_per_minute, max_concurrency, self._config.seam)
        self._executor = AsyncExecutor(self._config, connections, budget, limiter)

    def with_options(
        self,
        *,
        timeout: Seconds = OMIT,
        connect_timeout: Seconds = OMIT,
        first_byte_timeout: Seconds = OMIT,
        idle_timeout: Seconds = OMIT,
        deadline: Seconds = OMIT,
        max_retries: int | Omit = OMIT,
        headers: Mapping[str, str] | None = None,
        ready: Literal["retry", "wait"] | Omit = OMIT,
    ) -> Self:
        """A client with other settings that shares the connections, the key and the limits of this one.

        Closing either of the two closes both.

        Args:
            timeout, connect_timeout, first_byte_timeout, idle_timeout, deadline, max_retries, ready: instead of this client's.
            headers: besides this client's, and instead of those of the same name.

        Raises:
            ConfigError: for an option that cannot work.

        Example:
            >>> patient = client.with_options(timeout=300, max_retries=5)
            >>> patient.endpoints == client.endpoints
            True
        """
        given = call_options(
            {
                "timeout": timeout,
                "connect_timeout": connect_timeout,
                "first_byte_timeout": first_byte_timeout,
                "idle_timeout": idle_timeout,
                "deadline": deadline,
                "max_retries": max_retries,
                "ready": ready,
            }
        )
        chosen = resolve(self._config, given)
        changed: dict[str, Any] = {name: getattr(chosen, name) for name in (*DURATIONS, "max_retries")}
        if ready is not OMIT:
            changed["ready"] = ready
        own = check_headers(headers, "headers")
        lowered = {name.lower() for name in own}
        kept = {name: value for name, value in self._config.headers.items() if name.lower() not in lowered}
        made = copy(self)
        for name in [name for name in vars(made) if isinstance(getattr(type(made), name, None), cached_property)]:
            del vars(made)[name]
        made._config = replace(self._config, headers={**kept, **own}, **changed)
        made._executor = self._executor.configured(made._config)
        return made

    @property
    def endpoints(self) -> Endpoints:
        """The base URLs this client uses."""
        return self._config.endpoints

    @cached_property
    def chat(self) -> AsyncChat:
        """Chat completions: `client.chat.completions.create(…)` and `.stream(…)`."""
        from .invoke.chat import AsyncChat

        return AsyncChat(self)

    @cached_property
    def models(self) -> AsyncModelsResource:
        """The models behind the OpenAI-compatible router, and what they cost."""
        from .helpers.models import AsyncModelsResource

        return AsyncModelsResource(self)

    @cached_property
    def completions(self) -> AsyncCompletions:
        """Text completions."""
        from .invoke.completions import AsyncCompletions

        return AsyncCompletions(self)

    @cached_property
    def images(self) -> AsyncImages:
        """Images from prompts."""
        from .invoke.images import AsyncImages

        return AsyncImages(self)

    @cached_property
    def embeddings(self) -> AsyncEmbeddings:
        """Vectors of texts."""
        from .invoke.embeddings import AsyncEmbeddings

        return AsyncEmbeddings(self)

    @cached_property
    def audio(self) -> AsyncAudio:
        """Speech, transcriptions and music, by chutes for it."""
        from .invoke.media import AsyncAudio

        return AsyncAudio(self)

    @cached_property
    def video(self) -> AsyncVideo:
        """Films, by chutes for it."""
        from .invoke.media import AsyncVideo

        return AsyncVideo(self)

    def map(
        self,
        function: Callable[[T], Awaitable[V]],
        items: Iterable[T],
        *,
        concurrency: int = MAP_CONCURRENCY,
        ordered: bool = False,
        progress: bool = False,
    ) -> AsyncGenerator[MapResult[T, V], None]:
        """Runs a function over items, many at once, and hands out the results as they come. A failure is a value.

        Leaving early cancels what is open; `contextlib.aclosing` does so at once after a `break` in the async client.

        Args:
            function: makes the call for one item.
            items: anything that can be iterated, endless too: at most `concurrency` items are taken ahead.
            concurrency: calls that are open at once, default 8.
            ordered: hand the results out in the order of the items.
            progress: draw a bar on standard error, if that is a terminal.

        Raises:
            ConfigError: for a concurrency below 1, and where there is no function, or nothing to iterate.

        Example:
            >>> async def ask(word: str) -> str:
            ...     messages = [{"role": "user", "content": word}]
            ...     answer = await client.chat.completions.create(model="mock/open-model", messages=messages)
            ...     return answer.choices[0].finish_reason
            >>> [(result.item, result.get()) async for result in client.map(ask, ["a", "b"], ordered=True)]
            [('a', 'stop'), ('b', 'stop')]
        """
        check_concurrency(concurrency)
        check_map(function, items)
        from ._mapping import run_map

        return run_map(function, items, concurrency, ordered, progress)

    def chute(
        self, ref: str, *, via: Literal["slug", "api"] | None = None, ready: Literal["retry", "wait"] | None = None
    ) -> AsyncChute:
        """A handle on one chute; nothing is sent until it is used.

        Args:
            ref: a URL or host (used as it is), a chute id or `user/name` (looked up once), or a slug. The key goes to this
                client's own hosts only; for another one set that base, or give `Authorization` in `extra_headers`.
            via, ready: as the options of the client, for this chute.
        """
        from .invoke.chute import AsyncChute

        check_choice("via", via or "slug", ("slug", "api"))
        check_choice("ready", ready or "retry", ("retry", "wait"))
        return AsyncChute(self, ref, via or self._config.via, ready or self._config.ready)

    async def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        json: Any = OMIT,
        purpose: str | None = None,
        **options: Any,
    ) -> RawResponse:
        """Any request, through the same authentication, retries and errors.

        Args:
            method: HTTP method.
            path: path on the api host, beginning with `/`, or an absolute URL. The key goes with it only to our own hosts.
            query, json: query and JSON body.
            purpose: what a hotkey signs where there is no body.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: as every other call.
        """
        if not isinstance(method, str) or not isinstance(path, str) or not path.startswith(("http://", "https://", "/")):
            raise ConfigError("request takes a method and a path, which must begin with / or be an absolute URL")
        base = None if path.startswith("/") else ""
        check_path(path if base is None else "/" + path.partition("://")[2], query=True)
        call = Call("request", method.upper(), [path], query or {}, json, result="raw", base=base, purpose=purpose)
        call.accept = "application/json, */*"
        answer = await self._executor.execute(call, call_options(options))
        with reading(answer):
            return RawResponse(await self._body(answer), info_of(answer))

    def openai(self, **options: Any) -> Any:
        """An `openai.AsyncOpenAI` with this client's key and the llm base URL (needs the extra `openai`).

        Args:
            **options: passed on, such as `timeout` or `max_retries`.

        Raises:
            ConfigError: if the package `openai` is not installed, or this client has no key that is known without waiting.
        """
        try:
            import openai
        except ImportError:
            raise ConfigError("client.openai() needs the openai package: pip install 'chutes-client[openai]'") from None
        merged: dict[str, Any] = {"base_url": self.endpoints.llm, "default_headers": dict(self._config.headers), **options}
        if "api_key" not in merged:
            merged["api_key"] = key_of(self._config.auth, self._config.seam.now())
        return openai.AsyncOpenAI(**merged)

    async def _wake(self, model: str | None, deadline: Deadline) -> bool:
        """Warms up the chute that serves a model of a shared host; False where there is none of that name."""
        if model is None:
            return False
        try:
            found = await self.chutes.get(model)
        except NotFoundError:
            return False
        await self.chutes.wait_ready(found.chute_id, timeout=deadline.clip(WARMUP_TIMEOUT) or SOON)
        return True

    # ---- the seam of generated methods ----

    def _self(self) -> AsyncChutes:
        return self

    async def _open(self, call: Call, options: Mapping[str, Any]) -> AsyncAnswer:
        """Makes a call and returns its answer with the body unread."""
        return await self._executor.execute(call, call_options(options))

    async def _binary(self, call: Call, options: Mapping[str, Any]) -> Binary:
        """Makes a call that answers with bytes."""
        answer = await self._open(call, options)
        with reading(answer):
            body = await self._body(answer)
        return Binary(body, sniff_content_type(body, answer.headers.get("content-type", "")), info_of(answer))

    async def _log(self, call: Call, kind: type[M], options: Mapping[str, Any]) -> AsyncLogStream[M]:
        """Makes a call that answers with a build log, and returns when its headers are in."""
        from ._lines import AsyncLogStream
        from ._stream import refuse_page

        answer = await self._open(call, options)
        await refuse_page(answer, self._executor)
        return AsyncLogStream(answer, self._executor, kind)

    async def _perform(self, call: Call, kind: Any, options: Mapping[str, Any]) -> Any:
        """Makes a call that answers at once, and decodes the answer into `kind`."""
        return await self._decode(call, kind, await self._executor.execute(call, call_options(options)))

    async def _decode(self, call: Call, kind: Any, answer: AsyncAnswer) -> Any:
        with reading(answer) as journey:
            body = await self._body(answer)
            if call.result == "none":
                return None
            if call.result == "text":
                text = Text(body.decode("utf-8", "replace"))
                text.response = info_of(answer)
                return text
            from .._values import decode

            try:
                value = decode(body, kind, info_of(answer))
            except ChutesError as error:
                raise self._executor.own(error, answer.request.journey) from None
            if journey is not None and call.surface == "invocation":
                usage: Any = getattr(value, "usage", None)
                journey.notes(getattr(value, "model", None), getattr(usage, "to_dict", lambda: usage)())
            return value

    async def _body(self, answer: AsyncAnswer) -> bytes:
        try:
            return await answer.read()
        except ChutesError as error:
            error.attempts = answer.attempts
            raise self._executor.own(error, answer.request.journey) from error.__cause__

    def _paged(self, call: Call, kind: type[M], options: Mapping[str, Any]) -> AsyncPager[Any]:
        """Makes a call that answers in pages."""
        start = call.query.get("page") or 0
        offset = call.query.get("offset") or 0

        async def fetch(number: int) -> AsyncPage[Any]:
            from ._pagination import AsyncPage

            query = dict(call.query)
            if number != start:
                limit = query.get("limit") or last["limit"]
                query.update({"offset": offset + number * limit} if offset else {"page": number})
            one = replace(call, query=query)
            raw = with_cords(await self._perform(one, kind, options))
            page: AsyncPage[Any] = AsyncPage(raw, number, call.query.get("limit") or None, fetch, offset)
            last["limit"] = page.limit or len(page.items)
            return page

        last: dict[str, int] = {"limit": 25}
        return paged(fetch, start)

    async def _stream(self, call: Call, kind: type[M], options: Mapping[str, Any], last: Any = None) -> AsyncEventStream[M]:
        """Makes a call that answers with events, and returns when its headers are in."""
        from ._stream import AsyncEventStream, model_event, refuse_page

        answer = await self._executor.execute(call, call_options(options))
        await refuse_page(answer, self._executor)
        return AsyncEventStream(answer, self._executor, model_event(kind), self._config.max_event_bytes, last)

    async def aclose(self) -> None:
        """Closes the connections, those of calls and streams under way when these are over. A client given as `http_client` stays
        open."""
        await self._executor.transport.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        return f"<AsyncChutes api={self.endpoints.api!r} {self._config.auth!r}>"
