"""What leaves the house of a file, once its door has let somebody through: the content as a download, its pictures as ours."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast
from urllib.parse import quote

from django.http import FileResponse, Http404, HttpResponse

from files.pictures import page_picture, page_texts, picture
from files.stored import Stored

NOTHING_RUNS = "default-src 'none'; sandbox"


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a PDF: its picture, and what it says."""

    number: int
    url: str
    text: str


SMALL = 1024 * 1024  # bytes, sent from memory


class Download(FileResponse):
    """Read from the open file while it is sent, never whole into memory."""

    block_size = 64 * 1024


def file_response(stored: Stored) -> HttpResponse:
    """The content as a download: what somebody uploaded never opens as a page of ours. A large one is a `FileResponse`."""
    headers = {
        "Content-Security-Policy": NOTHING_RUNS,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    if stored.size <= SMALL:
        response = HttpResponse(stored.content(), content_type=stored.content_type, headers=headers)
    else:  # to views and decorators it is as good as one that is held in memory
        response = cast(HttpResponse, Download(stored.open(), content_type=stored.content_type, headers=headers))
    response.headers["Content-Disposition"] = disposition(stored.name)
    return response


def disposition(name: str) -> str:
    """Always an attachment; the name in plain letters for old browsers, and whole for all others."""
    plain = "".join(c if (c.isascii() and c.isalnum()) or c in "-_." else "_" for c in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def pages_of(stored: Stored, url_of: Callable[[int], str]) -> list[Page]:
    return [Page(number, url_of(number), text) for number, text in enumerate(page_texts(stored), 1)]


def page_response(stored: Stored, number: int) -> HttpResponse:
    """A page as a picture; 404 for a page that is not there, or cannot be drawn: its text and the file remain."""
    return _as_png(page_picture(stored, number) if 1 <= number <= stored.pages else b"")


def picture_response(stored: Stored) -> HttpResponse:
    """A picture made anew; 404 for what is none, or cannot be: the download remains."""
    return _as_png(picture(stored))


def _as_png(content: bytes) -> HttpResponse:
    if not content:
        raise Http404
    headers = {"Content-Security-Policy": NOTHING_RUNS, "X-Content-Type-Options": "nosniff", "Cache-Control": "private, max-age=3600"}
    return HttpResponse(content, content_type="image/png", headers=headers)
