"""What every kind asks with, and what a kind adds of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from reminders.rules import Schedule

Payload = Mapping[str, Any]  # the kind's own fields as JSON: a batch and a template keep it

OFF = Schedule()


@dataclass(frozen=True, slots=True)
class Words:
    """`topic` is the code of the chat thread it belongs to, "" for none; `expires_on` the last day on which it can be done."""

    title: str
    message: str = ""
    due_on: date | None = None
    expires_on: date | None = None
    schedule: Schedule = OFF
    topic: str = ""


class AskRefused(Exception):
    """It cannot be asked like this; the text says why, to whoever asks."""

    permanent = True
