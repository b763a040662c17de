"""What every kind is asked with."""

from dataclasses import dataclass
from datetime import date

from reminders.rules import Schedule


@dataclass(frozen=True, slots=True)
class Words:
    """`topic` is the code of the conversation it belongs to, "" for none; `expires_on` the last day on which it can be done."""

    title: str
    message: str = ""
    due_on: date | None = None
    expires_on: date | None = None
    schedule: Schedule | None = None  # the nearest setting where it is none
    topic: str = ""
