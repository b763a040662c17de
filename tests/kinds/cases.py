"""What the contract has to know of each kind: how its form is filled in, how the client does it, what its pages then say.

A new kind adds its Case to CASES, and its column to the table in docs/kinds.md.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from actions.enums import Stop
from actions.models import Action
from firms.actors import Actor
from firms.enums import ActorKind
from kinds.chats.services import write_as_client
from kinds.client_tasks.queries import tasks_of
from kinds.client_tasks.services import tick
from kinds.documents.services import complete_request
from reminders.services import settle_party
from tests.approving import CSV, upload
from tests.chatting import nadia_in, thread_in
from tests.factories import START
from tests.people import Lumiere
from tests.signing import pdf_upload

LATER = START + timedelta(days=1)
Fields = Mapping[str, object]


class Able(StrEnum):
    """The rows of the table: what every kind can do, unless its case says why not."""

    ASK_ONE = "ask one account"
    ASK_MANY = "ask many: count, preview, progress, in a worker"
    MESSAGE = "message to the client, editable"
    WHO = "who will get this"
    DUE = "due date"
    FORM_REMINDERS = "reminders on the form"
    PAGE_REMINDERS = "reminders on its page, saved by a button"
    RESEND = "resend, with its three effects"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    TEMPLATES = "templates"
    BULK = "bulk acts in lists"
    TIMELINE = "timeline with the why log"


@dataclass(frozen=True)
class Case:
    """`fields` are the kind's own on the page that asks, as a browser sends them; `act` is Nadia doing all that is asked of her.

    `over` are words of the client's page by how it ended; “refused” only where a client can say no. `rows` are lines of its e-mails.
    `lacks` names what it cannot do, and why not.
    """

    fields: Callable[[], Fields]
    act: Callable[[Action, Lumiere], object]
    over: Mapping[str, str]
    done: Stop = Stop.DONE
    rows: tuple[str, ...] = ()
    lacks: Mapping[Able, str] = field(default_factory=dict)


def by(lumiere: Lumiere) -> Actor:
    return Actor(ActorKind.CLIENT, lumiere.nadia.name, contact_id=lumiere.nadia.pk)


def acts_as_party(action: Action, lumiere: Lumiere) -> None:
    settle_party(action=action, contact=lumiere.nadia, by=by(lumiere), now=LATER)


def ticks_all(action: Action, lumiere: Lumiere) -> None:
    for task in tasks_of(action):
        tick(action=action, code=task.code, by=by(lumiere), now=LATER)


def sends_all(action: Action, lumiere: Lumiere) -> None:
    complete_request(action=action, visitor=nadia_in(lumiere), now=LATER)


def answers(action: Action, lumiere: Lumiere) -> None:
    write_as_client(thread=thread_in(action), visitor=nadia_in(lumiere), text="Oui, volontiers.", now=LATER)


WITHDRAWN = "The request was withdrawn"

CASES: Mapping[str, Case] = {
    "signature": Case(
        fields=lambda: {"document": pdf_upload()},
        act=acts_as_party,
        over={
            "open": "To read this document", "done": "Signed, thank you", "refused": "The signature was declined", "withdrawn": WITHDRAWN,
            "expired": "The time to sign is over",
        },
    ),
    "documents": Case(
        fields=lambda: {"period": ""},
        act=sends_all,
        over={"open": "Nothing sent yet", "done": "All sent, thank you", "withdrawn": WITHDRAWN, "expired": "The time to send is over"},
    ),
    "approval": Case(
        fields=lambda: {"uploads": upload("bilan.csv", CSV)},
        act=acts_as_party,
        done=Stop.APPROVED,
        rows=("bilan.csv",),
        over={
            "open": "bilan.csv", "done": "Nadia Lefèvre approved", "refused": "The approval was refused", "withdrawn": WITHDRAWN,
            "expired": "The time to approve is over",
        },
    ),
    "chat": Case(
        fields=dict,
        act=answers,
        done=Stop.ANSWERED,
        over={
            "open": "Your answer", "done": "Your answer has arrived", "withdrawn": "No answer is expected any more",
            "expired": "No answer is expected any more",
        },
    ),
    "client_task": Case(
        fields=lambda: {"task_text": ["Compter le stock", "Payer le loyer"], "task_due": ["", ""], "task_details": ["", ""]},
        act=ticks_all,
        rows=("Compter le stock", "Payer le loyer"),
        over={"open": "0 of 2 done", "done": "Done, thank you", "withdrawn": WITHDRAWN, "expired": "The time for it is over"},
    ),
}  # fmt: skip
