"""Whether a message that is about no request should still go: each event that can lose its sense registers who knows."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # named in the contract only
    from notifications.models import Notice

_asked: dict[str, Callable[["Notice"], bool]] = {}


def register_wanted(event: str, ask: Callable[["Notice"], bool]) -> None:
    """`ask` is called inside the firm's context, at each look before sending."""
    _asked[event] = ask


def is_still_wanted(notice: "Notice") -> bool:
    ask = _asked.get(notice.event)
    return ask is None or ask(notice)
