"""The decoder of server-sent events, for streams of your own."""

from ._sse import MAX_EVENT_BYTES, Decoder, Event, Tail

__all__ = ["MAX_EVENT_BYTES", "Decoder", "Event", "Tail"]
