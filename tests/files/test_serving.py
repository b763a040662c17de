"""What leaves the house of a file."""

import io
from typing import Any

import pytest
from django.http import FileResponse, Http404, HttpRequest, StreamingHttpResponse
from django.test import RequestFactory
from PIL import Image

from files.enums import Area
from files.queries import last_version
from files.services import keep_file
from files.serving import file_response, page_response, pages_of, picture_response
from files.stored import Stored
from firms.actors import Actor
from tenancy.middleware import FirmMiddleware, StreamingInsideFirm
from tests.factories import START
from tests.files.contents import picture, upload
from tests.people import Lumiere
from tests.signing import make_pdf


def stored(lumiere: Lumiere, content: bytes, name: str) -> Stored:
    file = keep_file(
        account=lumiere.bakery, area=Area.FIRM, folder=None, upload=upload(content, name), by=Actor.staff(lumiere.claire), now=START
    )
    return Stored.version(last_version(file))


def test_download_is_an_attachment_that_runs_nothing(lumiere: Lumiere) -> None:
    content = make_pdf(1)
    response = file_response(stored(lumiere, content, 'Été "2026"; x=.pdf'))
    assert response.getvalue() == content
    headers = {name: response.headers[name] for name in ("Content-Type", "Content-Disposition", "X-Content-Type-Options")}
    assert headers == {
        "Content-Type": "application/pdf",
        "Content-Disposition": "attachment; filename=\"_t___2026___x_.pdf\"; filename*=UTF-8''%C3%89t%C3%A9%20%222026%22%3B%20x%3D.pdf",
        "X-Content-Type-Options": "nosniff",
    }
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_large_file_is_sent_without_being_read_whole(lumiere: Lumiere) -> None:
    content = b"Montant;TVA\n" * 200_000
    response: Any = file_response(stored(lumiere, content, "journal.csv"))
    assert response.streaming
    assert response.headers["Content-Length"] == str(len(content))
    assert response.headers["Content-Disposition"].startswith('attachment; filename="journal.csv"')
    assert max(len(part) for part in response.streaming_content) == 64 * 1024
    response.close()


def test_pages_of_a_pdf_are_pictures_with_their_text(lumiere: Lumiere) -> None:
    kept = stored(lumiere, make_pdf(2, text="Comptes annuels"), "a.pdf")
    assert [(page.url, page.text) for page in pages_of(kept, lambda number: f"/{number}")] == [
        ("/1", "Comptes annuels\npage 1"), ("/2", "Comptes annuels\npage 2"),
    ]  # fmt: skip
    assert Image.open(io.BytesIO(page_response(kept, 2).content)).format == "PNG"
    with pytest.raises(Http404):
        page_response(kept, 3)


@pytest.mark.parametrize("format", ["JPEG", "GIF", "WEBP", "TIFF"])
def test_picture_is_made_anew_and_scaled(lumiere: Lumiere, format: str) -> None:
    kept = stored(lumiere, picture(format, (3200, 100)), "a")
    shown = Image.open(io.BytesIO(picture_response(kept).content))
    assert (shown.format, shown.size) == ("PNG", (1600, 50))


def test_damaged_picture_is_not_shown_and_stays_a_download(lumiere: Lumiere) -> None:
    content = picture("PNG", (400, 400))[:60]
    kept = stored(lumiere, content, "a.png")
    with pytest.raises(Http404):
        picture_response(kept)
    assert file_response(kept).getvalue() == content


def answer_inside_firm(lumiere: Lumiere, response: Any, settings: Any) -> Any:
    settings.FIRM_OF_REQUEST = "tests.files.test_serving.firm_of"
    request = RequestFactory().get("/")
    request.META["firm"] = lumiere.firm.pk
    return FirmMiddleware(lambda _: response)(request)


def firm_of(request: HttpRequest) -> int:
    return int(request.META["firm"])


def test_open_file_may_be_sent_after_the_firm_is_left(lumiere: Lumiere, settings: Any) -> None:
    response = answer_inside_firm(lumiere, FileResponse(io.BytesIO(b"content")), settings)
    assert response.getvalue() == b"content"


@pytest.mark.parametrize("response", [StreamingHttpResponse(iter([b"rows"])), FileResponse(iter([b"rows"]))], ids=["stream", "no file"])
def test_anything_that_could_read_rows_later_is_refused(lumiere: Lumiere, response: Any, settings: Any) -> None:
    with pytest.raises(StreamingInsideFirm):
        answer_inside_firm(lumiere, response, settings)
