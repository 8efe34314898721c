"""The Chutes client for Python.

    from chutes_client import Chutes

    client = Chutes()  # the key is read from CHUTES_API_KEY
    answer = client.chat.completions.create(model="…", messages=[{"role": "user", "content": "Hello"}])

`Chutes` blocks, `AsyncChutes` is the same for asyncio. Names are imported when they are first used: importing the package loads
nothing but itself.
"""

from ._version import __version__

TYPE_CHECKING = False  # type checkers take it for true; `typing` itself would cost more than the rest of this file
if TYPE_CHECKING:
    from typing import Any

    from . import auth, content, predict, sse, testing, tools, types
    from ._async._client import AsyncChutes
    from ._async._stream import AsyncEventStream
    from ._config import OMIT, CallOptions, Endpoints, Omit
    from ._cords import Cord
    from ._errors import (
        APIConnectionError,
        APIStatusError,
        APITimeoutError,
        BadRequestError,
        CallCancelledError,
        CapacityError,
        ChutesError,
        ColdStartError,
        ConfigError,
        ConflictError,
        DisabledError,
        InvalidOutputError,
        NotFoundError,
        PaginationStuckError,
        PaymentRequiredError,
        PermissionDeniedError,
        QuotaExhaustedError,
        QuotaLimitError,
        QuotaPaymentError,
        RateLimitedError,
        ServerError,
        StreamError,
        StreamInterruptedError,
        TEERequiredError,
        TooLargeError,
        UnauthenticatedError,
        UnavailableError,
        UnexpectedResponseError,
        UnprocessableError,
        parents,
    )
    from ._helpers import Deployment, job_state
    from ._hooks import AttemptInfo, CallInfo, Hooks, RetryInfo, StreamInfo
    from ._mapping import MapResult
    from ._media import Segment
    from ._multipart import File
    from ._output import ParsedCompletion, parse_output
    from ._prices import Cost
    from ._results import Attempt, Binary, Image, Items, Quota, RateLimit, RawResponse, ResponseInfo, Table, Text, WithResponse
    from ._sync._client import Chutes
    from ._sync._stream import EventStream
    from ._trace import Trace, TraceEntry
    from ._values import Model, UTCDatetime

_HOMES = {
    "._config": "CallOptions Endpoints OMIT Omit",
    "._errors": (
        "APIConnectionError APIStatusError APITimeoutError BadRequestError CallCancelledError CapacityError ChutesError "
        "ColdStartError ConfigError ConflictError DisabledError InvalidOutputError NotFoundError PaginationStuckError "
        "PaymentRequiredError PermissionDeniedError QuotaExhaustedError QuotaLimitError QuotaPaymentError RateLimitedError "
        "ServerError StreamError StreamInterruptedError TEERequiredError TooLargeError UnauthenticatedError UnavailableError "
        "UnexpectedResponseError UnprocessableError parents"
    ),
    "._async._stream": "AsyncEventStream",
    "._sync._stream": "EventStream",
    "._media": "Segment",
    "._mapping": "MapResult",
    "._trace": "Trace TraceEntry",
    "._cords": "Cord",
    "._async._client": "AsyncChutes",
    "._helpers": "Deployment job_state",
    "._hooks": "AttemptInfo CallInfo Hooks RetryInfo StreamInfo",
    "._multipart": "File",
    "._output": "ParsedCompletion parse_output",
    "._prices": "Cost",
    "._results": "Attempt Binary Image Items Quota RateLimit RawResponse ResponseInfo Table Text WithResponse",
    "._sync._client": "Chutes",
    "._values": "Model UTCDatetime",
}
_LAZY = {name: home for home, names in _HOMES.items() for name in names.split()}
_MODULES = frozenset({"auth", "content", "predict", "sse", "testing", "tools", "types"})

_ELSEWHERE = {  # names of the OpenAI SDK, for those who come from it
    "OpenAI": "Chutes",
    "AsyncOpenAI": "AsyncChutes",
    "APIError": "ChutesError",
    "OpenAIError": "ChutesError",
    "AuthenticationError": "UnauthenticatedError",
    "RateLimitError": "RateLimitedError",
    "InternalServerError": "ServerError",
    "UnprocessableEntityError": "UnprocessableError",
    "LengthFinishReasonError": "InvalidOutputError",
    "ContentFilterFinishReasonError": "InvalidOutputError",
    "NOT_GIVEN": "OMIT",
    "NotGiven": "Omit",
    "omit": "OMIT",
    "Timeout": "timeout=, connect_timeout=, first_byte_timeout= and idle_timeout= of a client or a call",
    "DefaultHttpxClient": "http_client=httpx.Client(…)",
}

__all__ = [
    "APIConnectionError", "APIStatusError", "APITimeoutError", "AsyncChutes", "AsyncEventStream", "Attempt", "AttemptInfo",
    "BadRequestError", "Binary", "CallCancelledError", "CallInfo", "CallOptions", "CapacityError", "Chutes", "ChutesError",
    "ColdStartError", "ConfigError", "ConflictError", "Cord", "Cost", "Deployment", "DisabledError", "Endpoints", "EventStream",
    "File", "Hooks", "Image", "InvalidOutputError", "Items", "MapResult", "Model", "NotFoundError", "OMIT", "Omit",
    "PaginationStuckError", "ParsedCompletion", "PaymentRequiredError", "PermissionDeniedError", "Quota", "QuotaExhaustedError",
    "QuotaLimitError", "QuotaPaymentError", "RateLimit", "RateLimitedError", "RawResponse", "ResponseInfo", "RetryInfo",
    "Segment", "ServerError", "StreamError", "StreamInfo", "StreamInterruptedError", "TEERequiredError", "Table", "Text",
    "TooLargeError", "Trace", "TraceEntry", "UTCDatetime", "UnauthenticatedError", "UnavailableError",
    "UnexpectedResponseError", "UnprocessableError", "WithResponse", "__version__", "auth", "content", "job_state", "parents",
    "parse_output", "predict", "sse", "testing", "tools", "types",
]  # fmt: skip


def __getattr__(name: str) -> "Any":
    if name in _MODULES or name in _LAZY:
        from importlib import import_module

        if name in _MODULES:
            return import_module(f".{name}", __name__)
        value = globals()[name] = getattr(import_module(_LAZY[name], __name__), name)
        return value
    if hint := _ELSEWHERE.get(name):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}: here it is {hint}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
