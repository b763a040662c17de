"""What the contract has to know of each kind: how its form is filled in, how the client does it, what its pages then say.

A new kind adds its Case to CASES, and its column to the table in docs/kinds.md.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from django.test import Client
from django.urls import reverse

from actions.models import Action
from actions.stops import Stop
from kinds.client_tasks.queries import tasks_of
from tests.approving import CSV, approve_through, refuse_through, upload
from tests.factories import START
from tests.people import Lumiere
from tests.signing import decline_through, follow_link, pdf_upload, sign_through

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
    ACT = "act, by the e-mailed link"
    RESEND = "resend, with its three effects"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    TEMPLATES = "templates"
    BULK = "bulk acts in lists"
    TIMELINE = "timeline with the why log"


@dataclass(frozen=True)
class Case:
    """`fields` are the kind's own on the page that asks, as a browser sends them.

    `act` is Nadia doing all that is asked of her through the pages behind her link, code included; `refuse` her saying no, where a
    client can. `over` are words of the client's page by how it ended. `rows` are lines of its e-mails.
    `lacks` names what it cannot do, and why not.
    """

    fields: Callable[[], Fields]
    act: Callable[[Action, Lumiere], object]
    over: Mapping[str, str]
    done: Stop = Stop.DONE
    refuse: Callable[[Action, Lumiere], object] | None = None
    rows: tuple[str, ...] = ()
    lacks: Mapping[Able, str] = field(default_factory=dict)


def by_link(action: Action, lumiere: Lumiere) -> Client:
    """Nadia's browser, which has opened the e-mail's link."""
    return follow_link(Client(), action, lumiere.nadia_address)


def signs(action: Action, lumiere: Lumiere) -> None:
    sign_through(by_link(action, lumiere), action)


def declines(action: Action, lumiere: Lumiere) -> None:
    decline_through(by_link(action, lumiere), action)


def approves(action: Action, lumiere: Lumiere) -> None:
    approve_through(by_link(action, lumiere), action)


def refuses(action: Action, lumiere: Lumiere) -> None:
    refuse_through(by_link(action, lumiere), action)


def ticks_all(action: Action, lumiere: Lumiere) -> None:
    browser = by_link(action, lumiere)
    for task in tasks_of(action):
        browser.post(reverse("item_task", args=[action.code, task.code]), {"done": "on"})


def sends_all(action: Action, lumiere: Lumiere) -> None:
    by_link(action, lumiere).post(f"/a/{action.code}/complete/", {"sure": "on"})


def answers(action: Action, lumiere: Lumiere) -> None:
    by_link(action, lumiere).post(f"/a/{action.code}/chat/write/", {"text": "Oui, volontiers."})


WITHDRAWN = "The request was withdrawn"

CASES: Mapping[str, Case] = {
    "signature": Case(
        fields=lambda: {"document": pdf_upload()},
        act=signs,
        refuse=declines,
        done=Stop.SIGNED,
        over={
            "open": "To read this document", "done": "Signed, thank you", "refused": "The signature was declined", "withdrawn": WITHDRAWN,
            "expired": "The time to sign is over",
        },
    ),
    "documents": Case(
        fields=lambda: {"period": ""},
        act=sends_all,
        done=Stop.SUBMITTED,
        over={"open": "Nothing sent yet", "done": "All sent, thank you", "withdrawn": WITHDRAWN, "expired": "The time to send is over"},
    ),
    "approval": Case(
        fields=lambda: {"uploads": upload("bilan.csv", CSV)},
        act=approves,
        refuse=refuses,
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
