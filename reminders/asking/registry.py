"""How each kind is asked: registered once, in the kind's `AppConfig.ready()`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from actions.kinds import Text
from actions.models import Action
from clients.models import Account, Contact
from files.drafts import forget_draft
from firms.actors import Actor
from firms.models import Staff
from reminders.asking.words import Payload
from reminders.words import Words

if TYPE_CHECKING:  # a form asks how its kind is asked; importing it would turn the arrow round
    from reminders.asking.forms import AskForm


def no_title(staff: Staff, payload: Payload) -> str:
    return ""


class Opens(Protocol):
    """Opens a request of one account; `people` are those named, none for whoever has NOTIFY. Raises `AskRefused`, and what `ask` raises."""

    def __call__(
        self, *, account: Account, people: Sequence[Contact], words: Words, payload: Payload, staff: Staff, by: Actor, now: datetime
    ) -> Action: ...


@dataclass(frozen=True, slots=True)
class Asking:
    """How a kind is asked, of one account or of many.

    `people_needed`: somebody must be ticked; else nobody ticked means everybody with NOTIFY. `files` are the keys of the
    payload that name drafts of files (`files.drafts`), one or a list: a template leaves them out, and they go once all is asked.
    """

    kind: str
    heading: Text  # “Ask for a signature”
    form: "type[AskForm]"
    fields_template: str  # the kind's own fields on the page: one or several cards
    open: Opens
    people_label: Text  # “Who signs”
    people_help: Text
    default_message: Text  # shown in the field, in the language of the account's people
    usual_title: Callable[[Staff, Payload], str] = no_title  # in the active language, where nobody types one
    people_needed: bool = False
    people_missing: Text = ""  # what is said when nobody is ticked who must be
    files: tuple[str, ...] = ()
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


def forget_files(asking: Asking, staff: Staff, payload: Payload) -> None:
    """Lets go of the drafts that the server kept, once everything is asked."""
    for key in asking.files:
        names = payload.get(key) or []
        for name in [names] if isinstance(names, str) else names:
            forget_draft(staff, name)
