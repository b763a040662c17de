"""PDFs: told by their content, counted, drawn page by page, and read aloud. PDFium is not thread-safe: one call at a time."""

import hashlib
import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pypdfium2
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from pypdfium2 import raw

MAX_MB = 20
MAX_PAGES = 200
BEGINS = b"%PDF-"
BEGINS_WITHIN = 1024  # some programs put a line of their own first
PAGE_WIDTH = 1100  # pixels: about 130 dpi for A4
PAGE_HEIGHT = 3300  # pixels, for pages that are strips
TEXT_OF_A_PAGE = 20_000  # characters

_pdfium = threading.Lock()


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
    with _opened(name, content) as document:
        if raw.FPDF_GetSecurityHandlerRevision(document) != -1:
            raise NotAPdf(_protected(name))
        pages = len(document)
    if pages > MAX_PAGES:
        raise NotAPdf(_("“%(name)s” has %(pages)s pages; the most is %(most)s.") % {"name": name, "pages": pages, "most": MAX_PAGES})
    return Pdf(clean_filename(name), content, pages)


def clean_filename(name: str) -> str:
    """The name as it is shown and offered for download: one line, no path, at most 160 characters, always ending in `.pdf`."""
    stem = name.replace("\\", "/").rpartition("/")[2]
    stem = "".join(c for c in stem if c.isprintable()).strip()
    stem = stem[:-4] if stem.lower().endswith(".pdf") else stem
    return f"{stem.strip(' .')[:150] or _('document')}.pdf"


def title_of(filename: str) -> str:
    """A proposal for the request's title: the file's name with blanks for dashes."""
    words = filename.removesuffix(".pdf").replace("_", " ").replace("-", " ").split()
    title = " ".join(words)
    return title[:1].upper() + title[1:160]


def draw_page(content: bytes, number: int) -> bytes:
    """Page `number` (from 1) as PNG."""
    with _opened("", content) as document:
        document.init_forms()
        page = document[number - 1]
        width, height = page.get_size()
        scale = min(PAGE_WIDTH / max(width, 1), PAGE_HEIGHT / max(height, 1))
        picture = page.render(scale=scale).to_pil()
        page.close()
    file = io.BytesIO()
    picture.convert("RGB").save(file, "PNG", optimize=True)
    return file.getvalue()


def read_texts(content: bytes) -> list[str]:
    """What each page says, for those who cannot see it; empty for a scan."""
    with _opened("", content) as document:
        return [_text_of(document, number) for number in range(len(document))]


def _text_of(document: pypdfium2.PdfDocument, number: int) -> str:
    page = document[number]
    textpage = page.get_textpage()
    text = str(textpage.get_text_bounded())[:TEXT_OF_A_PAGE]
    textpage.close()
    page.close()
    return "\n".join(line.strip() for line in text.replace("\r", "\n").replace("\0", "").splitlines() if line.strip())


@contextmanager
def _opened(name: str, content: bytes) -> Iterator[pypdfium2.PdfDocument]:
    with _pdfium:
        try:
            document = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError as error:
            protected = error.err_code == raw.FPDF_ERR_PASSWORD
            raise NotAPdf(_protected(name) if protected else _broken(name)) from None
        try:
            yield document
        finally:
            document.close()


def _protected(name: str) -> str:
    return _("“%(name)s” is protected by a password. Save it without protection, then choose it again.") % {"name": name}


def _broken(name: str) -> str:
    return _("“%(name)s” begins like a PDF but cannot be read. Open it, save it as PDF once more, then choose that file.") % {"name": name}
