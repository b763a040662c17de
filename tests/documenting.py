"""Short words for tests of documents: files of an account, a request for documents, what was put there for clients."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from actions.models import Action
from clients.models import Account, Address, Contact
from files.enums import Area
from files.models import File, Folder
from files.services import keep_file, make_folder
from firms.actors import Actor
from firms.models import Staff
from kinds.documents.enums import Rhythm
from kinds.documents.models import PeriodComplete, ReceivedFile, UploadBatch
from kinds.documents.rules import Period
from kinds.documents.services import request_documents, set_rhythm
from kinds.documents.sharing import tell_of
from notifications.models import Notice
from notifications.secrets import item_token
from reminders.rules import Schedule
from reminders.words import Words
from tenancy.context import firm_context
from tests.factories import START
from tests.files.contents import picture
from tests.people import Lumiere
from tests.signing import make_pdf


def documents_asked(
    lumiere: Lumiere,
    *,
    people: Sequence[Contact] | None = None,
    period: Period | None = None,
    title: str = "Relevés de septembre",
    schedule: Schedule = Schedule(),
    now: datetime = START,
    **words: Any,
) -> Action:
    """Claire asks the bakery, of Nadia unless told otherwise; enters the firm by itself."""
    with firm_context(lumiere.firm.pk):
        return request_documents(
            account=lumiere.bakery, people=[lumiere.nadia] if people is None else people, words=Words(title, schedule=schedule, **words),
            period=period, staff=lumiere.claire, by=Actor.staff(lumiere.claire), now=now,
        )  # fmt: skip


def kept_for(
    account: Account, staff: Staff, name: str = "bilan.csv", *, area: Area = Area.FIRM, now: datetime = START, **more: Any
) -> File:
    """A small text; inside the firm or not."""
    with firm_context(account.firm_id):
        upload = SimpleUploadedFile(name, b"Compte;Solde\n512;1\n")
        return keep_file(account=account, area=area, folder=more.get("folder"), upload=upload, by=Actor.staff(staff), now=now)


def shared_with(account: Account, staff: Staff, name: str = "bilan.csv", *, now: datetime = START) -> File:
    """A file that clients are told of."""
    with firm_context(account.firm_id):
        file = kept_for(account, staff, name, now=now)
        tell_of(file=file, now=now)
    return file


def shared_link(account: Account, address: Address) -> str:
    """The path of the link in the e-mail that tells `address` of new documents."""
    with firm_context(account.firm_id):
        notice = Notice.objects.filter(account=account, event="documents_uploaded", address=address, link_digest__isnull=False).latest("id")
    return f"/l/{item_token(account.firm_id, notice.key)}/"


def texts(*names: str) -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile(name, b"Compte;Solde\n512;1\n") for name in names]


@dataclass(frozen=True, slots=True)
class Papers:
    """The bakery's documents, one of everything: a PDF and a picture that clients were told of, a request with its file."""

    pdf: File
    photo: File
    folder: Folder
    shared: UploadBatch
    request: Action
    received: File
    period: PeriodComplete

    @property
    def codes(self) -> dict[str, str]:
        """As addresses name them."""
        return {
            "pdf": self.pdf.code, "photo": self.photo.code, "folder": self.folder.code, "shared": self.shared.code,
            "documents": self.request.code, "received": self.received.code, "period": self.period.code,
        }  # fmt: skip


def make_papers(lumiere: Lumiere, name: str) -> Papers:
    """Everything is called `name`."""
    request = documents_asked(lumiere, title=name)
    by = Actor.staff(lumiere.claire)
    with firm_context(lumiere.firm.pk):
        account = lumiere.bakery
        folder = make_folder(account=account, area=Area.FIRM, parent=None, name=name, by=by, now=START)
        uploads = SimpleUploadedFile(f"{name}.pdf", make_pdf(1)), SimpleUploadedFile(f"{name}.png", picture())
        pdf, photo = (keep_file(account=account, area=Area.FIRM, folder=folder, upload=each, by=by, now=START) for each in uploads)
        shared = tell_of(file=pdf, now=START)
        tell_of(file=photo, now=START)
        received = kept_for(account, lumiere.claire, f"{name}.csv", area=Area.CLIENT)
        ReceivedFile.objects.create(firm=lumiere.firm, request_id=request.pk, file=received)
        period = PeriodComplete.objects.create(
            firm=lumiere.firm, account=account, period_from=date(2026, 7, 1), period_until=date(2026, 9, 30), at=START,
            by_name=name, by_kind="client",
        )  # fmt: skip
        set_rhythm(account=account, rhythm=Rhythm.QUARTER, by=by, now=START)
    return Papers(pdf, photo, folder, shared, request, received, period)
