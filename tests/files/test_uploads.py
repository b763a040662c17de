"""What is said of an upload that is not kept, and what is found out about one that is."""

import hashlib
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from reportlab.lib.pdfencrypt import StandardEncryption

from files.errors import FileRefused
from files.uploads import MAX_BYTES, AtMostUploadHandler, check_upload
from tests.files.contents import HTML, SVG, office, picture, upload
from tests.signing import make_pdf


def refusal(content: bytes, name: str) -> str:
    with pytest.raises(FileRefused) as refused:
        check_upload(SimpleUploadedFile(name, content))
    return str(refused.value)


def test_upload_is_measured_fingerprinted_and_counted() -> None:
    content = make_pdf(3)
    checked = check_upload(upload(content, "Bail.pdf"))
    assert (checked.name, checked.content_type, checked.size, checked.pages) == ("Bail.pdf", "application/pdf", len(content), 3)
    assert checked.sha256 == hashlib.sha256(content).digest()


def test_what_the_browser_says_counts_for_nothing() -> None:
    assert check_upload(upload(picture(), "photo", "text/html")).content_type == "image/png"
    assert check_upload(upload(picture(), "photo", "text/html")).name == "photo.png"


def test_protected_pdf_is_kept_and_not_shown() -> None:
    assert check_upload(upload(make_pdf(1, encrypt=StandardEncryption("secret", "owner", strength=128)))).pages == 0


REFUSED = {
    "empty": (b"", "a.pdf", "“a.pdf” is empty. Open it, save it once more, then choose it again."),
    "a page called PDF": (HTML, "a.pdf", "“a.pdf” is a web page, which can hold a program. Print it to a PDF, then choose that file."),
    "SVG": (SVG, "logo.png", "“logo.png” is an SVG drawing, which can hold a program. Save it as PNG or PDF, then choose it again."),
    "text called SVG": (b"x", "x.svg", "“x.svg” is an SVG drawing, which can hold a program. Save it as PNG or PDF, then choose it again."),
    "a program": (b"MZ\0\0", "a.pdf", "“a.pdf” is a program. Programs are not kept here; choose the document itself."),
    "text that would run": (b"dir", "a.bat", "“a.bat” is a program. Programs are not kept here; choose the document itself."),
    "a picture called PDF": (
        picture(),
        "a.pdf",
        "“a.pdf” is called a PDF but holds a picture. Give it the right ending, or choose the file you meant.",
    ),
    "text called Excel": (
        b"a;b",
        "a.xls",
        "“a.xls” is called an Office file but holds text. Give it the right ending, or choose the file you meant.",
    ),
    "bytes": (
        bytes(256),
        "a.dat",
        "What “a.dat” holds is not known here. Save it as PDF, picture, Office file or text, or put it into a zip, then choose that.",
    ),
}


@pytest.mark.parametrize(("content", "name", "said"), REFUSED.values(), ids=REFUSED)
def test_refusal_says_what_to_do(content: bytes, name: str, said: str) -> None:
    assert refusal(content, name) == said


@pytest.mark.parametrize(("content", "name"), [(office("xl/workbook.xml"), "a.docx"), (picture("JPEG"), "a.png"), (b"a;b", "a.csv")])
def test_name_may_be_wrong_within_its_family(content: bytes, name: str) -> None:
    assert check_upload(SimpleUploadedFile(name, content)).name == name


class Unread(io.BytesIO):
    def read(self, *_: Any) -> bytes:
        raise AssertionError("A file that is too big is not read.")


def test_file_that_is_too_big_is_refused_unread() -> None:
    file = SimpleUploadedFile("a.pdf", b"")
    file.file, file.size = Unread(), MAX_BYTES + 1
    with pytest.raises(FileRefused) as refused:
        check_upload(file)
    assert str(refused.value) == "“a.pdf” has more than 100 MB. Make it smaller or send it in parts."


def test_nothing_beyond_the_most_reaches_memory_or_disk() -> None:
    handler = AtMostUploadHandler()
    assert [handler.receive_data_chunk(b"x", start) for start in (0, MAX_BYTES, MAX_BYTES + 1)] == [b"x", b"x", None]
