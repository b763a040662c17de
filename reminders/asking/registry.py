"""How each kind is asked: registered once, in the kind's `AppConfig.ready()`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from actions.kinds import Text
from actions.models import Action
from clients.models import Account, Contact
from firms.actors import Actor
from firms.models import Staff
from reminders.asking.words import Payload, Words

if TYPE_CHECKING:  # a form asks how its kind is asked; importing it would turn the arrow round
    from reminders.asking.forms import AskForm


class Opens(Protocol):
    """Opens a request of one account; `people` are those named, none for whoever has NOTIFY. Raises `AskRefused`, and what `ask` raises."""

    def __call__(
        self, *, account: Account, people: Sequence[Contact], words: Words, payload: Payload, staff: Staff, by: Actor, now: datetime
    ) -> Action: ...


def forget_nothing(staff: Staff, payload: Payload) -> None:
    """Of a kind that asks without files."""


class Forgets(Protocol):
    """Lets go of what the server kept for the form, once everything is asked."""

    def __call__(self, staff: Staff, payload: Payload) -> None: ...


@dataclass(frozen=True, slots=True)
class Asking:
    """How a kind is asked, of one account or of many.

    `people_needed`: somebody must be ticked; else nobody ticked means everybody with NOTIFY. `files` are the keys of the
    payload that name drafts of files: a template leaves them out.
    """

    kind: str
    heading: Text  # “Ask for a signature”
    form: "type[AskForm]"
    fields_template: str  # the kind's own fields on the page: one or several cards
    open: Opens
    people_label: Text  # “Who signs”
    people_help: Text
    default_message: Text  # shown in the field, in the language of the account's people
    people_needed: bool = False
    people_missing: Text = ""  # what is said when nobody is ticked who must be
    files: tuple[str, ...] = ()
    forget: Forgets = forget_nothing
    scripts: tuple[str, ...] = ()  # static files that the kind's own fields need


_askings: dict[str, Asking] = {}


def register_asking(asking: Asking) -> None:
    """Raises `ValueError` when the kind is asked in another way already."""
    if _askings.setdefault(asking.kind, asking) is not asking:
        raise ValueError(f"{asking.kind!r} is asked in two ways.")


def get_asking(kind: str) -> Asking:
    return _askings[kind]


def find_asking(kind: str) -> Asking | None:
    return _askings.get(kind)
