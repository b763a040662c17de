"""Where the PDF that is signed lies."""

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from files.stored import Stored
from kinds.signatures.models import SignatureRequest


def save_document(firm_id: int, code: str, content: bytes) -> str:
    """The name under which storage keeps it."""
    return default_storage.save(f"signatures/{firm_id}/{code}/document.pdf", ContentFile(content))


def stored_of(request: SignatureRequest) -> Stored:
    return Stored(request.document.name or "", request.filename, "application/pdf", request.size, request.pages)
