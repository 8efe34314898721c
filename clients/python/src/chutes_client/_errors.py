"""Every error this package raises. Kind is data, class is sugar.

ChutesError
├── ConfigError                  config               refused before anything was sent
├── APIConnectionError           connection           no answer, or it broke
│   └── APITimeoutError          timeout
├── CallCancelledError           cancelled
├── APIStatusError               api_status           any 4xx not named below
│   ├── BadRequestError          bad_request          400
│   ├── UnauthenticatedError     unauthenticated      401
│   ├── PaymentRequiredError     payment_required     402
│   │   └── QuotaPaymentError    quota_exhausted      402 that speaks of a quota (also a QuotaExhaustedError)
│   ├── PermissionDeniedError    permission_denied    403
│   ├── NotFoundError            not_found            404
│   ├── ConflictError            conflict             409
│   ├── UnprocessableError       unprocessable        422
│   ├── TEERequiredError         tee_required         426
│   ├── RateLimitedError         rate_limited         429
│   │   ├── QuotaLimitError      quota_exhausted      429 that speaks of a quota (also a QuotaExhaustedError)
│   │   └── CapacityError        capacity             429: the platform is full; not your rate
│   └── ServerError              server               5xx
│       ├── UnavailableError     unavailable          502, 503, 504, 520-529
│       ├── ColdStartError       cold_start           503: no instance yet
│       └── DisabledError        disabled             503: switched off by its owner
├── StreamError                  stream_error         the server reported an error inside a stream
├── StreamInterruptedError       stream_interrupted   a stream ended before its end
├── UnexpectedResponseError      unexpected_response  a success that is not what was asked for
├── InvalidOutputError           invalid_output       the model's answer cannot be used as asked
├── TooLargeError                too_large            one of our own limits
└── PaginationStuckError         pagination_stuck     the server keeps sending the same page
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from ._json import is_array, is_object
from ._redact import is_secret, redact, redact_cut, redact_headers

if TYPE_CHECKING:
    from ._results import Attempt
    from .tools import Step

Kind = Literal[
    "config", "connection", "timeout", "cancelled", "bad_request", "unauthenticated", "payment_required",
    "quota_exhausted", "permission_denied", "not_found", "conflict", "unprocessable", "rate_limited", "capacity",
    "cold_start", "disabled", "tee_required", "server", "unavailable", "api_status", "stream_error",
    "stream_interrupted", "unexpected_response", "invalid_output", "too_large", "pagination_stuck",
]  # fmt: skip
"""The kind of an error: the same strings in all four languages."""

Reason = Literal["truncated", "restarted", "connection", "idle_timeout"]
"""Why a stream was interrupted."""

OutputReason = Literal["length", "refusal", "content_filter", "empty", "json", "schema", "max_turns"]
"""Why an answer cannot be used."""

MAX_MESSAGE_CHARS = 2_000
MAX_BODY_BYTES = 64 * 1024

_LASTING_KINDS = frozenset({"capacity", "rate_limited", "cold_start", "unavailable", "server", "connection", "timeout"})
_BREAKS = re.compile(r"[\t\n\r]+")
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\x00-\x1f\x7f-\x9f]")
_PAGE = re.compile(r"\s*<(?:!doctype|html|head|body)\b", re.IGNORECASE)
_HALVES = re.compile("[\ud800-\udfff]")  # JSON can write half of a pair; a text that holds one cannot be printed


class ChutesError(Exception):
    """Base of every error of this package.

    Attributes:
        kind: what happened, one of `Kind`.
        message: a sentence a person can act on; without control characters or keys, at most 2,000 characters (a 402 is whole).
        status: HTTP status, if there was an answer.
        code: the server's own error code, if it sent one.
        param: the parameter that the server blames, if it names one.
        type: the server's own type of error, if it sent one.
        request_id: `x-request-id`, else `X-Chutes-InvocationID`.
        retry_after: seconds the server asked to wait, or None.
        retryable: whether the same call might succeed later by itself.
        attempts: requests that were tried, 1-based; 0 when nothing was sent.
        body: the raw body of the answer, at most 64 KiB; never part of the repr.
        partial: what had arrived of a streamed answer, marked incomplete, or None.
        reason: why a stream was interrupted (`stream_interrupted`; `timeout` where it fell silent), or why an answer cannot be
            used (`invalid_output`).
        quota_reset_timestamp: when an exhausted quota is refilled, as the server wrote it (402 only).
        fee: USD that a first deployment costs, where a 402 names it, or None.
        offset: where a build log that broke can be resumed, or None.
        tried: models of `models=[…]` that failed, with the kinds of their failures; this one's is the last.
        history: one `Attempt` for each request sent.
        steps, messages: of a run of tools, the turns before the failure and the conversation up to it, to go on with.

    Example:
        >>> error = ChutesError("no", kind="config")
        >>> error.kind, error.retryable
        ('config', False)
    """

    kind: Kind = "config"

    def __init__(
        self,
        message: str,
        *,
        kind: Kind | None = None,
        status: int | None = None,
        code: str | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
        attempts: int = 0,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        partial: Any = None,
        reason: Reason | OutputReason | None = None,
        quota_reset_timestamp: str | None = None,
    ) -> None:
        super().__init__(message)
        self.kind = kind or type(self).kind
        self.message = clean_message(message, limit_for(status))
        self.status = status
        self.code = code
        self.request_id = request_id
        self.retry_after = retry_after
        self.attempts = attempts
        self.body = body[:MAX_BODY_BYTES]
        self.headers = dict(headers or {})
        self.partial = partial
        self.reason = reason
        self.quota_reset_timestamp = quota_reset_timestamp
        self.param: str | None = None
        self.type: str | None = None
        self.fee: float | None = None
        self.offset: str | None = None
        self.tried: tuple[tuple[str, str], ...] = ()
        self.history: tuple[Attempt, ...] = ()
        self.steps: tuple[Step, ...] = ()
        self.messages: Sequence[dict[str, Any]] = ()

    @property
    def retryable(self) -> bool:
        return (self.kind in _LASTING_KINDS and self.status != 501) or self.status == 408

    def to_dict(self) -> dict[str, Any]:
        """What a log wants to know, as plain data without secrets; what is not known is left out.

        >>> ConfigError("no API key").to_dict()
        {'kind': 'config', 'message': 'no API key', 'retryable': False, 'attempts': 0}
        """
        names = ("status", "code", "param", "type", "request_id", "retry_after", "attempts", "reason")
        known = {name: getattr(self, name) for name in names if getattr(self, name) is not None}
        return {"kind": self.kind, "message": self.message, "retryable": self.retryable, **known}

    def adds(self, words: str) -> None:
        """Ends the message with these words, however long it is."""
        self.message = f"{self.message[: limit_for(self.status) - len(words) - 1]} {words}"
        self.args = (self.message,)

    def scrub(self, secrets: tuple[str, ...]) -> ChutesError:
        """Masks a client's own secrets in everything this error can show; called once, where the error leaves us."""
        self.message = redact_cut(self.message, secrets, limit_for(self.status))
        for name in ("code", "param", "type", "request_id", "quota_reset_timestamp"):
            value = getattr(self, name)
            setattr(self, name, redact(value, secrets) if isinstance(value, str) else value)
        self.headers = {name: redact(value, secrets) for name, value in redact_headers(self.headers).items()}
        self.args = (self.message,)
        for secret in filter(is_secret, secrets):
            self.body = self.body.replace(secret.encode(), b"[redacted]")
        return self

    def __str__(self) -> str:
        text = self.message if self.status is None else f"{self.status} {self.kind}: {self.message}"
        return text if self.request_id is None else f"{text} (request {self.request_id})"

    def __repr__(self) -> str:
        parts = [repr(self.message), f"kind={self.kind!r}"]
        for name in ("status", "code", "request_id", "retry_after", "attempts", "reason"):
            value = getattr(self, name)
            if value is not None:
                parts.append(f"{name}={value!r}")
        return f"{type(self).__name__}({', '.join(parts)})"

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild, (type(self), self.message, dict(self.__dict__)))


def _rebuild(cls: type[ChutesError], message: str, state: dict[str, Any]) -> ChutesError:
    error = cls.__new__(cls)
    Exception.__init__(error, message)
    error.__dict__.update(state)
    return error


class ConfigError(ChutesError):
    """Bad input of the caller; nothing was sent."""

    kind: Kind = "config"


class APIConnectionError(ChutesError):
    """No answer, or an answer that broke off."""

    kind: Kind = "connection"


class APITimeoutError(APIConnectionError):
    """A limit of `_deadline` was reached; the message says which."""

    kind: Kind = "timeout"


class CallCancelledError(ChutesError):
    """The call was ended by the caller where the language has no word of its own for it."""

    kind: Kind = "cancelled"


class APIStatusError(ChutesError):
    """The server answered with an error status."""

    kind: Kind = "api_status"


class BadRequestError(APIStatusError):
    kind: Kind = "bad_request"


class UnauthenticatedError(APIStatusError):
    kind: Kind = "unauthenticated"


class PaymentRequiredError(APIStatusError):
    kind: Kind = "payment_required"


class PermissionDeniedError(APIStatusError):
    kind: Kind = "permission_denied"


class NotFoundError(APIStatusError):
    kind: Kind = "not_found"


class ConflictError(APIStatusError):
    kind: Kind = "conflict"


class UnprocessableError(APIStatusError):
    kind: Kind = "unprocessable"


class TEERequiredError(APIStatusError):
    kind: Kind = "tee_required"


class RateLimitedError(APIStatusError):
    kind: Kind = "rate_limited"


class CapacityError(RateLimitedError):
    kind: Kind = "capacity"


class QuotaExhaustedError(APIStatusError):
    """A quota is used up, whether the server says so with 402 or with 429."""

    kind: Kind = "quota_exhausted"


class QuotaPaymentError(QuotaExhaustedError, PaymentRequiredError):
    kind: Kind = "quota_exhausted"


class QuotaLimitError(QuotaExhaustedError, RateLimitedError):
    kind: Kind = "quota_exhausted"


class ServerError(APIStatusError):
    kind: Kind = "server"


class UnavailableError(ServerError):
    kind: Kind = "unavailable"


class ColdStartError(ServerError):
    kind: Kind = "cold_start"


class DisabledError(ServerError):
    kind: Kind = "disabled"


class StreamError(ChutesError):
    """The server reported an error inside a stream, or sent an event that is no JSON."""

    kind: Kind = "stream_error"


class StreamInterruptedError(ChutesError):
    """A stream ended before its end; `partial` holds what came, `reason` says why."""

    kind: Kind = "stream_interrupted"


class UnexpectedResponseError(ChutesError):
    """A success that is not what was asked for, or a redirect that must not be followed."""

    kind: Kind = "unexpected_response"


class InvalidOutputError(ChutesError):
    """The model's answer cannot be used as asked; `reason` says why, `partial` is the completion.

    Attributes:
        text: the text of the answer, as it came.
    """

    kind: Kind = "invalid_output"
    text: str = ""


class TooLargeError(ChutesError):
    kind: Kind = "too_large"


class PaginationStuckError(ChutesError):
    kind: Kind = "pagination_stuck"


_STATUS_KINDS: dict[int, Kind] = {
    400: "bad_request", 401: "unauthenticated", 402: "payment_required", 403: "permission_denied", 404: "not_found",
    409: "conflict", 422: "unprocessable", 426: "tee_required", 429: "rate_limited", 502: "unavailable",
    503: "unavailable", 504: "unavailable",
}  # fmt: skip

_CLASSES: dict[Kind, type[ChutesError]] = {
    "bad_request": BadRequestError, "unauthenticated": UnauthenticatedError, "payment_required": PaymentRequiredError,
    "permission_denied": PermissionDeniedError, "not_found": NotFoundError, "conflict": ConflictError,
    "unprocessable": UnprocessableError, "tee_required": TEERequiredError, "rate_limited": RateLimitedError,
    "capacity": CapacityError, "server": ServerError, "unavailable": UnavailableError, "cold_start": ColdStartError,
    "disabled": DisabledError, "api_status": APIStatusError, "unexpected_response": UnexpectedResponseError,
}  # fmt: skip


@dataclass(frozen=True)
class ErrorBody:
    """What an error body says, whatever its shape."""

    message: str
    code: str | None = None
    param: str | None = None
    type: str | None = None
    quota_reset_timestamp: str | None = None


def kind_for(status: int, message: str, body: ErrorBody | None = None) -> Kind:
    """The kind of an answer: the status decides, then the text (chutes-api statuses of the invocation layer)."""
    text = message.lower()
    if status == 402 and ((body and body.quota_reset_timestamp) or "quota" in text or "usage cap" in text):
        return "quota_exhausted"
    if status == 429 and "maximum capacity" in text:
        return "capacity"
    if status == 429 and ("quota" in text or "limit reached for today" in text):
        return "quota_exhausted"
    if status == 503 and "no instances available" in text:
        return "cold_start"
    if status == 503 and "currently disabled" in text:
        return "disabled"
    if 520 <= status <= 529:
        return "unavailable"
    if status in _STATUS_KINDS:
        return _STATUS_KINDS[status]
    if status >= 500:
        return "server"
    return "api_status" if status >= 400 else "unexpected_response"


def class_for(kind: Kind, status: int | None) -> type[ChutesError]:
    """The class that goes with a kind of an answer; a 402 quota is also a payment error, a 429 quota also a rate limit."""
    if kind == "quota_exhausted":
        return QuotaPaymentError if status == 402 else QuotaLimitError
    return _CLASSES[kind]


def parents(error: ChutesError) -> list[str]:
    """Every other kind as which `error` can be caught, by way of its classes. Roots that hold a whole family are left out."""
    if error.kind == "tee_required":
        return ["api_status"]
    family = (PaymentRequiredError, RateLimitedError, ServerError)
    return [cls.kind for cls in family if isinstance(error, cls) and cls.kind != error.kind]


def clean_message(text: str, limit: int = MAX_MESSAGE_CHARS) -> str:
    """Removes control characters and keys, joins lines, and cuts at `limit`: text of a server may hold terminal escapes."""
    return redact(_HALVES.sub("\ufffd", _CONTROL.sub("", _BREAKS.sub(" ", text)))).strip()[:limit]


def limit_for(status: int | None) -> int:
    """The most characters of a message: a fee is agreed to by its text, so that a 402 is never cut."""
    return MAX_BODY_BYTES if status == 402 else MAX_MESSAGE_CHARS


def parse_body(data: bytes, content_type: str = "", limit: int = MAX_MESSAGE_CHARS) -> ErrorBody:
    """Reads an error body of any shape the platform, its engines or its edge send; never fails.

    Order: `detail` (text, list, dict, read recursively), `error` (dict, or text: a code when another text stands beside
    it), `message`, `title`, else the text itself. An HTML page gives its title, else its heading.
    """
    text = data.decode("utf-8-sig", "replace")
    try:
        value: Any = json.loads(text)
    except (ValueError, RecursionError):
        return ErrorBody(clean_message(_html_title(text, content_type), limit))
    if is_object(value):
        found: dict[str, str] = {}
        _facts(value, found, 0)
        return ErrorBody(clean_message(_message(value, 0) or text, limit), **found)
    return ErrorBody(clean_message(_message(value, 0) or ("" if value is None else text), limit))


def _facts(value: dict[str, Any], found: dict[str, str], depth: int) -> None:
    """Collects code, param, type and quota reset time from a body and the objects nested in `detail` and `error`."""
    for name in ("code", "param", "type", "quota_reset_timestamp"):
        item = value.get(name)
        if isinstance(item, (str, int)) and not isinstance(item, bool) and item != "":
            found.setdefault(name, clean_message(str(item)))
    error = value.get("error")
    if isinstance(error, str) and any(value.get(n) for n in ("detail", "error_description", "message")):
        found.setdefault("code", clean_message(error))
    for nested in (error, value.get("detail")):
        if is_object(nested) and depth < 5:
            _facts(nested, found, depth + 1)


def _message(value: Any, depth: int) -> str:
    """The message of a JSON value of any error shape, or an empty text."""
    if depth > 5 or value is None:
        return ""
    if isinstance(value, str):
        return _embedded(value, depth)
    if is_array(value):
        return "; ".join(filter(None, (_message(item, depth + 1) for item in value[:20])))
    if not is_object(value):
        return json.dumps(value)
    if isinstance(value.get("msg"), str):  # one entry of a validation error: the field and the reason, never the input
        loc = value.get("loc")
        place = ".".join(str(part) for part in loc if part != "body") if is_array(loc) else ""
        return f"{place}: {value['msg']}" if place else str(value["msg"])
    error, others = value.get("error"), ("detail", "error_description", "message")
    if isinstance(error, str) and error:
        beside = next((m for m in (_message(value.get(n), depth + 1) for n in others) if m), "")
        return f"{error}: {beside}" if beside else error
    for name in ("detail", "error", *others[1:], "title"):
        if message := _message(value.get(name), depth + 1):
            return message
    return ""


def _embedded(text: str, depth: int) -> str:
    """A JSON object written into a text (403 of the code check, errors relayed from an engine) speaks for itself."""
    before, brace, rest = text.partition("{")
    try:
        inner = _message(json.loads(brace + rest), depth + 1)
    except (ValueError, RecursionError):
        inner = ""
    return " ".join(filter(None, (before.strip(), inner))) if inner else text


def _html_title(text: str, content_type: str) -> str:
    if "html" not in content_type.lower() and _PAGE.match(text) is None:
        return text
    found = [re.search(rf"<{name}\b[^>]*>.*?</{name}>", text[:20_000], re.IGNORECASE | re.DOTALL) for name in ("title", "h1")]
    words = (" ".join(re.sub("<[^>]*>", " ", one[0]).split()) for one in found if one)
    return next(filter(None, words), "an HTML page")


def classify(
    status: int, headers: Mapping[str, str], body: bytes, *, attempts: int, retry_after: float | None = None
) -> ChutesError:
    """Turns an error answer into the error to raise."""
    parsed = parse_body(body, headers.get("content-type", ""), limit_for(status))
    kind = kind_for(status, parsed.message, parsed)
    error = class_for(kind, status)(
        parsed.message or f"HTTP {status} without a message",
        kind=kind,
        status=status,
        code=parsed.code,
        request_id=headers.get("x-request-id") or headers.get("x-chutes-invocationid"),
        retry_after=retry_after,
        attempts=attempts,
        body=body,
        headers=headers,
        quota_reset_timestamp=parsed.quota_reset_timestamp,
    )
    error.param, error.type = parsed.param, parsed.type
    error.fee = fee_of(error.message) if status == 402 else None
    return error


def fee_of(text: str) -> float | None:
    """The first dollar amount of a text that names a deployment fee (server of 2026-05).

    >>> fee_of("There is a deployment fee of $1,234.50 for this chute")
    1234.5
    """
    found = re.search(r"\$\s*(\d[\d,]*(?:\.\d+)?)", text) if "deployment fee" in text.lower() else None
    return float(found[1].replace(",", "")) if found else None
