"""PDFs: told by their content, counted, drawn page by page, and read aloud."""

import hashlib
import json
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from files.names import clean_name
from files.sandbox import BROKEN, PROTECTED, CannotDraw, answer_of

MAX_MB = 20
MAX_PAGES = 200
BEGINS = b"%PDF-"
BEGINS_WITHIN = 1024  # some programs put a line of their own first
PAGE_WIDTH = 1100  # pixels: about 130 dpi for A4
PAGE_HEIGHT = 3300  # pixels, for pages that are strips
TEXT_OF_A_PAGE = 20_000  # characters


class NotAPdf(Exception):
    """The file cannot be signed; the text says why, to whoever chose it."""

    permanent = True


@dataclass(frozen=True, slots=True)
class Pdf:
    """A PDF that can be shown and signed."""

    filename: str
    content: bytes
    pages: int

    @property
    def sha256(self) -> bytes:
        return hashlib.sha256(self.content).digest()


def read_upload(upload: "UploadedFile[bytes]") -> Pdf:
    """Raises `NotAPdf`; what is too big is not read at all."""
    name = upload.name or ""
    if (upload.size or 0) > MAX_MB * 1024 * 1024:
        size = round((upload.size or 0) / 1024 / 1024)
        raise NotAPdf(_("“%(name)s” has %(size)s MB; the most is %(most)s MB.") % {"name": name, "size": size, "most": MAX_MB})
    return read_pdf(name, upload.read())


def read_pdf(name: str, content: bytes) -> Pdf:
    """Believes the content alone: neither the name nor what the browser says it is. Raises `NotAPdf`."""
    if BEGINS not in content[:BEGINS_WITHIN]:
        raise NotAPdf(_("“%(name)s” is not a PDF. Save the document as PDF, then choose it again.") % {"name": name})
    pages = int(_asked_of_pdfium(name, content, "check"))
    if pages > MAX_PAGES:
        raise NotAPdf(_("“%(name)s” has %(pages)s pages; the most is %(most)s.") % {"name": name, "pages": pages, "most": MAX_PAGES})
    return Pdf(clean_filename(name), content, pages)


def clean_filename(name: str) -> str:
    """The name as it is shown and offered for download: one line, no path, at most 160 characters, always ending in `.pdf`."""
    stem = clean_name(name.strip()[:-4] if name.strip().lower().endswith(".pdf") else name)
    stem = stem[:150] or _("document")  # apart: gettext does not read what stands inside an f-string
    return f"{stem}.pdf"


def title_of(filename: str) -> str:
    """A proposal for the request's title, of at most 160 characters: the file's name with blanks for dashes."""
    words = filename.removesuffix(".pdf").replace("_", " ").replace("-", " ").split()
    title = " ".join(words)
    return (title[:1].upper() + title[1:])[:160]  # a capital may be longer than its letter


def draw_page(content: bytes, number: int) -> bytes:
    """Page `number` (from 1) as PNG. Raises `NotAPdf` when that takes more than a page may."""
    return _asked_of_pdfium("", content, "draw", number, PAGE_WIDTH, PAGE_HEIGHT)


def read_texts(content: bytes) -> list[str]:
    """What each page says, for those who cannot see it; empty for a scan. Raises `NotAPdf` as `draw_page` does."""
    texts = json.loads(_asked_of_pdfium("", content, "texts", TEXT_OF_A_PAGE))
    return [_tidied(str(text)) for text in texts]


def _tidied(text: str) -> str:
    return "\n".join(line.strip() for line in text.replace("\r", "\n").replace("\0", "").splitlines() if line.strip())


def _asked_of_pdfium(name: str, content: bytes, task: str, *numbers: int) -> bytes:
    try:
        return answer_of(task, content, *numbers)
    except CannotDraw as refused:
        said = {PROTECTED: _protected, BROKEN: _broken}.get(refused.code, _too_heavy)
        raise NotAPdf(said(name)) from refused


def _protected(name: str) -> str:
    return _("“%(name)s” is protected by a password. Save it without protection, then choose it again.") % {"name": name}


def _broken(name: str) -> str:
    return _("“%(name)s” begins like a PDF but cannot be read. Open it, save it as PDF once more, then choose that file.") % {"name": name}


def _too_heavy(name: str) -> str:
    return _("“%(name)s” is too heavy to be shown on a page. Print it to a PDF, then choose that file.") % {"name": name}
