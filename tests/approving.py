"""Short words for tests of approvals: documents, a request to approve them, and an answer through the client's pages."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from actions.models import Action
from clients.models import Account, Contact
from files.drafts import Draft, keep_draft
from files.enums import Area
from files.models import File
from files.services import keep_file
from firms.actors import Actor
from kinds.approvals.services import request_approval
from reminders.rules import Schedule
from reminders.words import Words
from tenancy.context import firm_context
from tests.factories import START
from tests.files.contents import picture
from tests.people import Lumiere
from tests.signing import make_pdf, newest_digits

CSV = b"mois;montant\njanvier;1200\n"


def upload(name: str = "comptes-2026.pdf", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, make_pdf(text="Comptes 2026") if content is None else content)


def content_for(name: str) -> bytes | None:
    return {"pdf": None, "png": picture()}.get(name.rpartition(".")[2], CSV)


def kept(
    lumiere: Lumiere, name: str = "bilan.csv", *, account: Account | None = None, area: Area = Area.FIRM, content: bytes = CSV
) -> File:
    """A file that the bakery has already; enters the firm by itself."""
    with firm_context(lumiere.firm.pk):
        return keep_file(
            account=account or lumiere.bakery,
            area=area,
            folder=None,
            upload=upload(name, content),
            by=Actor.staff(lumiere.claire),
            now=START,
        )


def approval(
    lumiere: Lumiere,
    *,
    approvers: Sequence[Contact] | None = None,
    account: Account | None = None,
    names: Sequence[str] = ("comptes-2026.pdf",),
    uploads: Sequence[Draft] | None = None,
    files: Sequence[File] = (),
    title: str = "Comptes annuels 2026",
    schedule: Schedule = Schedule(on=True),
    now: datetime = START,
    **words: Any,
) -> Action:
    """Claire asks the bakery to approve documents, Nadia unless told otherwise (nobody by name: `()`); enters the firm by itself."""
    with firm_context(lumiere.firm.pk):
        if uploads is None:
            uploads = [keep_draft(lumiere.claire, upload(name, content_for(name))) for name in names]
        return request_approval(
            account=account or lumiere.bakery, approvers=[lumiere.nadia] if approvers is None else approvers,
            words=Words(title, schedule=schedule, **words), uploads=uploads, files=files, staff=lumiere.claire,
            by=Actor.staff(lumiere.claire), now=now,
        )  # fmt: skip


def at(action: Action, part: str = "") -> str:
    return f"/a/{action.code}/{part}"


def approve_through(browser: Client, action: Action) -> Any:
    """The page to which it leads."""
    assert browser.post(at(action, "approve/"), {"accepted": "on"})["Location"] == at(action, "approve/code/")
    return browser.post(at(action, "approve/code/"), {"code": newest_digits(action)}, follow=True)


def refuse_through(browser: Client, action: Action, comment: str = "Le stock est faux.") -> Any:
    assert browser.post(at(action, "refuse/"), {"comment": comment})["Location"] == at(action, "approve/code/")
    return browser.post(at(action, "approve/code/"), {"code": newest_digits(action)}, follow=True)
