"""Where documents lie: the PDF that is signed, its pages as pictures, its text, and drafts of forms that came back with an error."""

import json
import re
import secrets
from datetime import timedelta
from pathlib import PurePosixPath

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from firms.models import Staff
from kinds.signatures.models import SignatureRequest
from kinds.signatures.pdf import NotAPdf, Pdf, draw_page, read_pdf, read_texts
from lib import clock

DRAFT = re.compile(r"[0-9a-f]{32}")
DRAFTS_LAST = timedelta(days=1)


def save_document(firm_id: int, code: str, content: bytes) -> str:
    """The name under which storage keeps it."""
    return default_storage.save(f"signatures/{firm_id}/{code}/document.pdf", ContentFile(content))


def content_of(request: SignatureRequest) -> bytes:
    with request.document.open("rb") as file:
        return bytes(file.read())


def page_picture(request: SignatureRequest, number: int) -> bytes:
    """Page `number` (from 1) as PNG, drawn once; nothing at all for a page that cannot be drawn, which is tried once too."""
    name = _beside(request, f"page-{number}.png")
    kept = _read(name)
    if kept is None:
        try:
            kept = draw_page(content_of(request), number)
        except NotAPdf:
            kept = b""
        _keep(name, kept)
    return kept


def page_texts(request: SignatureRequest) -> list[str]:
    """What each page says, read once; nothing where that cannot be read."""
    name = _beside(request, "texts.json")
    kept = _read(name)
    if kept is None:
        try:
            texts = read_texts(content_of(request))
        except NotAPdf:
            texts = [""] * request.pages
        kept = json.dumps(texts).encode()
        _keep(name, kept)
    return [str(text) for text in json.loads(kept)]


def _beside(request: SignatureRequest, name: str) -> str:
    return str(PurePosixPath(request.document.name or "").parent / name)


def _read(name: str) -> bytes | None:
    try:
        with default_storage.open(name, "rb") as file:
            return bytes(file.read())
    except FileNotFoundError:
        return None


def _keep(name: str, content: bytes) -> None:
    """Two who draw the same page at once keep it twice under two names, of which one is never read."""
    default_storage.save(name, ContentFile(content))


# --- Drafts: a browser cannot be given its file back, so the server keeps it until the form is right --------------------


def keep_draft(staff: Staff, pdf: Pdf) -> str:
    """The name by which `find_draft` finds it again, for this member of staff alone."""
    forget_old_drafts(staff)
    name = secrets.token_hex(16)
    default_storage.save(_draft(staff, name), ContentFile(pdf.content))
    return name


def find_draft(staff: Staff, name: str, filename: str) -> Pdf | None:
    content = _read(_draft(staff, name)) if DRAFT.fullmatch(name) else None
    if content is None:
        return None
    try:
        return read_pdf(filename, content)
    except NotAPdf:
        return None


def forget_draft(staff: Staff, name: str) -> None:
    if DRAFT.fullmatch(name):
        default_storage.delete(_draft(staff, name))


def forget_old_drafts(staff: Staff) -> None:
    folder = _draft(staff, "")
    oldest = clock.machine_now() - DRAFTS_LAST
    for name in _listed(folder):
        if default_storage.get_modified_time(f"{folder}{name}") < oldest:
            default_storage.delete(f"{folder}{name}")


def _listed(folder: str) -> list[str]:
    try:
        return list(default_storage.listdir(folder)[1])
    except FileNotFoundError:
        return []


def _draft(staff: Staff, name: str) -> str:
    return f"signatures/{staff.firm_id}/drafts/{staff.pk}/{name}"
