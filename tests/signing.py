"""Short words for tests of links, sign-in and signatures: a PDF, a request with its document, a browser that follows a link."""

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from access.models import ActCode
from actions.models import Action
from clients.models import Account, AccountAddress, Address, Contact
from files.pdf import Pdf
from firms.actors import Actor
from firms.enums import Side
from firms.models import Firm, Staff, User
from kinds.signatures.services import request_signature
from notifications.models import Notice
from notifications.secrets import act_code_digits, item_url
from reminders.rules import Schedule
from reminders.words import Words
from tenancy.context import firm_context
from tests.factories import PASSWORD, START
from tests.people import Lumiere

NAME = {"typed_name": "Nadia Lefèvre", "accepted": "on"}
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def make_pdf(pages: int = 2, *, text: str = "Lettre de mission 2027", encrypt: StandardEncryption | None = None) -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(595, 842), encrypt=encrypt, pageCompression=1)
    for number in range(1, pages + 1):
        canvas.drawString(56, 700, text)
        canvas.drawString(280, 40, f"page {number}")
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def pdf_upload(name: str = "lettre-de-mission-2027.pdf", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, make_pdf() if content is None else content, content_type="application/pdf")


def asked(
    lumiere: Lumiere,
    *,
    signers: Sequence[Contact] = (),
    account: Account | None = None,
    pdf: Pdf | None = None,
    title: str = "Lettre de mission 2027",
    schedule: Schedule = Schedule(on=True),
    now: datetime = START,
    **words: Any,
) -> Action:
    """A signature that Claire asks of the bakery, of Nadia unless told otherwise, document and all; enters the firm by itself."""
    with firm_context(lumiere.firm.pk):
        return request_signature(
            account=account or lumiere.bakery, signers=signers or [lumiere.nadia], words=Words(title, schedule=schedule, **words),
            pdf=pdf or Pdf("lettre.pdf", make_pdf(), 2), staff=lumiere.claire, by=Actor.staff(lumiere.claire), now=now,
        )  # fmt: skip


def link_path(action: Action, address: Address) -> str:
    """The path of the link in the first e-mail about `action` to `address`."""
    with firm_context(action.firm_id):
        notice = Notice.objects.get(action=action, address=address, number=0, link_digest__isnull=False)
    return "/l/" + item_url(action.firm_id, notice.key).rpartition("/l/")[2]


def follow_link(client: Client, action: Action, address: Address) -> Client:
    """The browser that has opened the e-mail's link."""
    assert client.get(link_path(action, address)).status_code == 302
    return client


def make_client_user(firm: Firm, address: Address, *, login: bool = True) -> User:
    """An activated login for a client's address, with LOGIN on in every account it stands to."""
    with firm_context(firm.pk):
        user = User.objects.create(firm=firm, side=Side.CLIENT, email=address.email, password=make_password(PASSWORD), created_at=START)
        Address.objects.filter(pk=address.pk).update(user=user)
        AccountAddress.objects.filter(address=address).update(login=login)
    return user


def signed_in(user: User | Staff, client: Client | None = None) -> Client:
    client = client or Client()
    client.force_login(user.user if isinstance(user, Staff) else user, backend=BACKEND)
    client.cookies["django_language"] = "en"
    return client


def newest_digits(action: Action) -> str:
    """The digits of the last code that was sent about `action`."""
    with firm_context(action.firm_id):
        code = ActCode.objects.filter(action=action).order_by("-created_at", "-id")[0]
        return act_code_digits(code.firm_id, code.nonce)


def fresh(action: Action) -> Action:
    with firm_context(action.firm_id):
        return Action.objects.select_related("firm", "account").get(pk=action.pk)


def sign_through(browser: Client, action: Action) -> Any:
    """Both steps; the page to which they lead."""
    assert browser.post(f"/a/{action.code}/sign/", NAME)["Location"] == f"/a/{action.code}/code/"
    return browser.post(f"/a/{action.code}/code/", {"code": newest_digits(action)}, follow=True)


def decline_through(browser: Client, action: Action, reason: str = "Les honoraires ont changé.") -> Any:
    assert browser.post(f"/a/{action.code}/decline/", {"reason": reason})["Location"] == f"/a/{action.code}/code/"
    return browser.post(f"/a/{action.code}/code/", {"code": newest_digits(action)}, follow=True)
