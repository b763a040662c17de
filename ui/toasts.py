"""What is said once a thing is done. Errors are never toasts: they stand on the page, as alerts."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest

UNDO = "undo:"


@dataclass(frozen=True)
class Toast:
    """A message with the address that takes back what it tells, where there is one."""

    message: Message
    undo_url: str = ""


@dataclass(frozen=True)
class Notes:
    """A page's messages: toasts for what is done, alerts for what went wrong."""

    toasts: list[Toast] = field(default_factory=list)
    alerts: list[Message] = field(default_factory=list)


def toast(request: HttpRequest, text: str, *, undo_url: str = "") -> None:
    """Says on the next page what was done; `undo_url`, an address of ours, takes it back by POST.

    `text` is escaped unless it is safe already (`format_html`): a name in it may be anything.
    """
    messages.success(request, text, extra_tags=f"{UNDO}{undo_url}" if undo_url else "")


def sort_notes(waiting: Any) -> Notes:
    """The messages of a request, each where it belongs; reading them clears them."""
    notes = Notes()
    for message in waiting or ():
        if message.level >= messages.ERROR:
            notes.alerts.append(message)
        else:
            notes.toasts.append(Toast(message, _undo_url(message)))
    return notes


def _undo_url(message: Message) -> str:
    tags = message.extra_tags or ""
    return tags.removeprefix(UNDO) if tags.startswith(UNDO) else ""
