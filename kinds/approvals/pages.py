"""The documents as pages show them, for staff and clients alike; each has a page of its own where all of it can be read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse

from actions.models import Action
from files.enums import Area
from files.models import FileVersion
from files.pictures import is_picture
from files.serving import Page, file_response, page_response, pages_of, picture_response
from files.stored import Stored
from kinds.approvals.queries import documents_of, get_version

SHOWN_PAGES = 5  # of each of several documents; all of them stand on the document's own page


@dataclass(frozen=True, slots=True)
class Places:
    """Names of the addresses by which one side opens a document, its file and its pictures; only staff see what has become private."""

    document: str
    file: str
    page: str
    picture: str
    shows_private: bool = False


STAFF = Places("approval_document", "approval_file", "approval_page", "approval_picture", shows_private=True)
CLIENT = Places("item_approval_document", "item_approval_file", "item_approval_page", "item_approval_picture")


@dataclass(frozen=True, slots=True)
class Document:
    """One of the documents. `pages` are those shown, of `page_count`; `picture_url` is empty for what is no picture.

    One that is `hidden` keeps its name: the firm has taken the file from the client's sight since.
    """

    position: int
    name: str
    size: int
    page_count: int
    url: str
    file_url: str
    picture_url: str
    pages: Sequence[Page]
    hidden: bool = False

    @property
    def can_be_shown(self) -> bool:
        return bool(self.pages or self.picture_url)

    @property
    def more_pages(self) -> int:
        return self.page_count - len(self.pages)


def documents_for(action: Action, places: Places) -> list[Document]:
    """All of them, one query; a single one whole and with what its pages say, of several the first pages."""
    versions = [(document.position, document.version) for document in documents_of(action)]
    return [document_for(action, position, version, places, whole=len(versions) == 1) for position, version in versions]


def document_for(action: Action, position: int, version: FileVersion, places: Places, *, whole: bool) -> Document:
    stored, url = Stored.version(version), reverse(places.document, args=[action.code, position])
    if is_hidden(version, places):
        return Document(position, stored.name, stored.size, 0, url, file_url="", picture_url="", pages=(), hidden=True)

    def page_url(number: int) -> str:
        return reverse(places.page, args=[action.code, position, number])

    shown = min(stored.pages, SHOWN_PAGES)
    pages = pages_of(stored, page_url) if whole and stored.pages else [Page(n, page_url(n), "") for n in range(1, shown + 1)]
    return Document(
        position=position,
        name=stored.name,
        size=stored.size,
        page_count=stored.pages,
        url=url,
        file_url=reverse(places.file, args=[action.code, position]),
        picture_url=reverse(places.picture, args=[action.code, position]) if is_picture(stored) else "",
        pages=pages,
    )


def document_context(action: Action, position: int, places: Places) -> dict[str, Any]:
    """The page of one document, with the way to those beside it; 404 for a place where there is none."""
    version = get_version(action, position)
    beside = {document.position: document.version.name for document in documents_of(action)}
    return {
        "document": document_for(action, position, version, places, whole=True),
        "of": len(beside),
        "before": reverse(places.document, args=[action.code, position - 1]) if position - 1 in beside else "",
        "after": reverse(places.document, args=[action.code, position + 1]) if position + 1 in beside else "",
    }


def is_hidden(version: FileVersion, places: Places) -> bool:
    return version.file.area == Area.PRIVATE and not places.shows_private


def stored_at(action: Action, position: int, places: Places) -> Stored:
    """404 for a place where there is none, and for what has become private."""
    version = get_version(action, position)
    if is_hidden(version, places):
        raise Http404
    return Stored.version(version)


def send_file(action: Action, position: int, places: Places) -> HttpResponse:
    return file_response(stored_at(action, position, places))


def send_page(action: Action, position: int, number: int, places: Places) -> HttpResponse:
    return page_response(stored_at(action, position, places), number)


def send_picture(action: Action, position: int, places: Places) -> HttpResponse:
    return picture_response(stored_at(action, position, places))
