"""Where the PDF that is signed lies; forms that come back with an error find theirs among the drafts."""

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from files import drafts
from files.drafts import forget_draft
from files.pdf import NotAPdf, Pdf, read_pdf
from files.stored import Stored
from firms.models import Staff
from kinds.signatures.models import SignatureRequest

__all__ = ["find_draft", "forget_draft", "keep_draft", "save_document", "stored_of"]


def save_document(firm_id: int, code: str, content: bytes) -> str:
    """The name under which storage keeps it."""
    return default_storage.save(f"signatures/{firm_id}/{code}/document.pdf", ContentFile(content))


def stored_of(request: SignatureRequest) -> Stored:
    return Stored(request.document.name or "", request.filename, "application/pdf", request.size, request.pages)


def keep_draft(staff: Staff, pdf: Pdf) -> str:
    """The name by which `find_draft` finds it again, for this member of staff alone."""
    return drafts.keep_draft(staff, ContentFile(pdf.content, name=pdf.filename)).name


def find_draft(staff: Staff, name: str, filename: str) -> Pdf | None:
    draft = drafts.find_draft(staff, name)
    try:
        return read_pdf(filename, draft.content()) if draft else None
    except NotAPdf:
        return None
