"""What a stream had brought before it broke: a completion that says it is not complete."""

from __future__ import annotations

from .types import ChatCompletion, TextCompletion


class PartialChatCompletion(ChatCompletion):
    """A chat completion that may lack its end."""

    complete: bool = False


class PartialTextCompletion(TextCompletion):
    """A text completion that may lack its end."""

    complete: bool = False
