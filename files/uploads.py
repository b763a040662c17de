"""Looking at what somebody uploads before it is kept: size, content, name. What is refused is refused with a sentence."""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.core.files.base import File
from django.core.files.uploadhandler import FileUploadHandler
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from files.errors import FileRefused
from files.names import clean_name, extension_of, short_name
from files.pdf import MAX_MB as PDF_MAX_MB
from files.pdf import NotAPdf, read_pdf
from files.stored import chunks_of
from files.types import PDF, Family, FileType, NotKept, promised_by, refused_name, type_of

MAX_MB = 100
MAX_BYTES = MAX_MB * 1024 * 1024

REFUSALS: dict[NotKept, Promise] = {
    NotKept.SVG: gettext_lazy("“%(name)s” is an SVG drawing, which can hold a program. Save it as PNG or PDF, then choose it again."),
    NotKept.HTML: gettext_lazy("“%(name)s” is a web page, which can hold a program. Print it to a PDF, then choose that file."),
    NotKept.PROGRAM: gettext_lazy("“%(name)s” is a program. Programs are not kept here; choose the document itself."),
    NotKept.UNKNOWN: gettext_lazy(
        "What “%(name)s” holds is not known here. Save it as PDF, picture, Office file or text, or put it into a zip, then choose that."
    ),
}
NAMES: dict[Family, Promise] = {
    Family.PDF: gettext_lazy("a PDF"),
    Family.IMAGE: gettext_lazy("a picture"),
    Family.OFFICE: gettext_lazy("an Office file"),
    Family.ARCHIVE: gettext_lazy("a zip"),
    Family.TEXT: gettext_lazy("text"),
    Family.MAIL: gettext_lazy("an e-mail"),
}


@dataclass(frozen=True, slots=True)
class Checked:
    """An upload that can be kept; `pages` that can be shown, 0 for what is no PDF or too big a one."""

    name: str
    content_type: str
    size: int
    sha256: bytes
    pages: int


class CheckedFile(File):  # type: ignore[type-arg]
    """A file that the server has kept since it was looked at: neither its type nor its pages are asked for again."""

    def __init__(self, file: "File[Any]", checked: Checked) -> None:
        super().__init__(file, checked.name)
        self.checked = checked


def check_upload(upload: "File[Any]", name: str = "") -> Checked:
    """Reads the content in chunks and believes it alone. `name` where it is not the upload's own. Raises `FileRefused`."""
    if isinstance(upload, CheckedFile) and not name:
        return upload.checked
    shown = short_name(clean_name(name or upload.name or "")) or _("document")
    size = upload.size or 0
    if size == 0:
        raise FileRefused(_("“%(name)s” is empty. Open it, save it once more, then choose it again.") % {"name": shown})
    if size > MAX_BYTES:
        raise FileRefused(_("“%(name)s” has more than %(most)s MB. Make it smaller or send it in parts.") % {"name": shown, "most": MAX_MB})
    kind = _known_type(upload, shown)
    named = shown if extension_of(shown) else short_name(f"{shown}.{kind.extension}")
    return Checked(named, kind.content_type, size, _sha256(upload), _pages(upload, kind, size))


def _known_type(upload: "File[Any]", name: str) -> FileType:
    extension = extension_of(name)
    kind = refused_name(extension) or type_of(upload)
    if isinstance(kind, NotKept):
        raise FileRefused(REFUSALS[kind] % {"name": name})
    promised = promised_by(extension)
    if promised and promised is not kind.family:
        raise FileRefused(
            _("“%(name)s” is called %(promised)s but holds %(found)s. Give it the right ending, or choose the file you meant.")
            % {"name": name, "promised": NAMES[promised], "found": NAMES[kind.family]}
        )
    return kind


def _sha256(upload: "File[Any]") -> bytes:
    digest = hashlib.sha256()
    for chunk in chunks_of(upload):
        digest.update(chunk)
    return digest.digest()


def _pages(upload: "File[Any]", kind: FileType, size: int) -> int:
    """Of a PDF that can be shown; one that is protected, damaged or too big is kept all the same, to be downloaded."""
    if kind is not PDF or size > PDF_MAX_MB * 1024 * 1024:
        return 0
    upload.seek(0)
    try:
        return read_pdf("", upload.read()).pages
    except NotAPdf:
        return 0


class AtMostUploadHandler(FileUploadHandler):
    """Stands before Django's own: what comes after the most that is kept reaches neither memory nor disk.

    The file then stays a little larger than is allowed, so that `check_upload` says so.
    """

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        return raw_data if start <= MAX_BYTES else None

    def file_complete(self, file_size: int) -> None:
        return None
