"""The document as pages show it, for staff and clients alike: pictures with a text beside them, and the file."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from django.http import Http404, HttpResponse

from actions.models import Action
from kinds.signatures.documents import content_of, page_picture, page_texts
from kinds.signatures.models import SignatureRequest
from kinds.signatures.queries import request_of
from kinds.signatures.services import KIND

NOTHING_RUNS = "default-src 'none'; sandbox"


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the document: its picture, and what it says."""

    number: int
    url: str
    text: str


def pages_of(request: SignatureRequest, url_of: Callable[[int], str]) -> list[Page]:
    return [Page(number, url_of(number), text) for number, text in enumerate(page_texts(request), 1)]


def signature_request(action: Action) -> SignatureRequest:
    """The document of an action that somebody's door has let through; 404 when it is of another kind."""
    if action.kind != KIND:
        raise Http404
    return request_of(action)


def file_response(request: SignatureRequest) -> HttpResponse:
    """The PDF as a download: what somebody uploaded never opens as a page of ours."""
    name = request.filename
    plain = "".join(c if (c.isascii() and c.isalnum()) or c in "-_." else "_" for c in name)
    headers = {
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
        "Content-Security-Policy": NOTHING_RUNS,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return HttpResponse(content_of(request), content_type="application/pdf", headers=headers)


def page_response(request: SignatureRequest, number: int) -> HttpResponse:
    """A page as a picture; 404 for a page that is not there, or cannot be drawn: its text and the file remain."""
    picture = page_picture(request, number) if 1 <= number <= request.pages else b""
    if not picture:
        raise Http404
    headers = {"Content-Security-Policy": NOTHING_RUNS, "X-Content-Type-Options": "nosniff", "Cache-Control": "private, max-age=3600"}
    return HttpResponse(picture, content_type="image/png", headers=headers)
