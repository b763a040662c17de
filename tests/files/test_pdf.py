"""What counts as a PDF, and what is said of everything else."""

import io
import subprocess
import zlib
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption

from files.pdf import MAX_PAGES, NotAPdf, clean_filename, draw_page, read_pdf, read_texts, read_upload, title_of
from tests.signing import make_pdf


def refusal(name: str, content: bytes) -> str:
    with pytest.raises(NotAPdf) as refused:
        read_pdf(name, content)
    return str(refused.value)


def test_pdf_is_counted_and_fingerprinted() -> None:
    content = make_pdf(3)
    pdf = read_pdf("Lettre de mission.pdf", content)
    assert (pdf.filename, pdf.pages, pdf.content) == ("Lettre de mission.pdf", 3, content)
    assert len(pdf.sha256) == 32


def test_pdf_is_known_by_its_content_not_by_its_name() -> None:
    assert read_pdf("lettre.exe", make_pdf(1)).filename == "lettre.exe.pdf"
    assert read_pdf("lettre.pdf", b"\r\n% a scanner's own line\r\n" + make_pdf(1)).pages == 1


NOT_A_PDF = {
    "nothing": b"",
    "a picture": b"\x89PNG\r\n\x1a\n" + b"\0" * 64,
    "a page": b"<html><script>alert(1)</script></html>",
    "a program": b"MZ" + b"\0" * 4096 + b"%PDF-1.7",
    "word": b"PK\x03\x04" + b"\0" * 100,
}


@pytest.mark.parametrize("content", NOT_A_PDF.values(), ids=NOT_A_PDF)
def test_what_is_no_pdf_is_refused(content: bytes) -> None:
    assert refusal("lettre.pdf", content) == "“lettre.pdf” is not a PDF. Save the document as PDF, then choose it again."


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"%PDF-1.7\n" + b"garbage " * 500, b"%PDF-1.4\n%%EOF", make_pdf(2)[:400]])
def test_what_only_begins_like_a_pdf_is_refused(content: bytes) -> None:
    said = "“x.pdf” begins like a PDF but cannot be read. Open it, save it as PDF once more, then choose that file."
    assert refusal("x.pdf", content) == said


@pytest.mark.parametrize("passwords", [("secret", "owner"), ("", "owner")], ids=["to open", "to print only"])
def test_protected_pdf_is_refused(passwords: tuple[str, str]) -> None:
    content = make_pdf(1, encrypt=StandardEncryption(*passwords, strength=128))
    assert refusal("a.pdf", content) == "“a.pdf” is protected by a password. Save it without protection, then choose it again."


def test_too_many_pages_are_refused() -> None:
    assert refusal("a.pdf", make_pdf(MAX_PAGES + 1)) == "“a.pdf” has 201 pages; the most is 200."
    assert read_pdf("a.pdf", make_pdf(MAX_PAGES)).pages == MAX_PAGES


class Unread(SimpleUploadedFile):
    def read(self, *_: object) -> bytes:
        raise AssertionError("A file that is too big is not read.")


def test_huge_file_is_refused_unread() -> None:
    upload = Unread("a.pdf", b"")
    upload.size = 200 * 1024 * 1024
    with pytest.raises(NotAPdf) as refused:
        read_upload(upload)
    assert str(refused.value) == "“a.pdf” has 200 MB; the most is 20 MB."


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("lettre-de-mission.pdf", "lettre-de-mission.pdf"),
        ("LETTRE.PDF", "LETTRE.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\Claire\\Lettre 2027.pdf", "Lettre 2027.pdf"),
        ('a\r\nContent-Type: text/html"\0.pdf', 'aContent-Type: text/html".pdf'.rpartition("/")[2]),
        ("  .pdf", "document.pdf"),
        ("é" * 300 + ".pdf", "é" * 150 + ".pdf"),
        ("", "document.pdf"),
    ],
)
def test_filename_is_one_short_line_without_a_path(name: str, kept: str) -> None:
    assert clean_filename(name) == kept


@pytest.mark.parametrize(
    ("filename", "title"),
    [
        ("lettre-de-mission_2027.pdf", "Lettre de mission 2027"),
        ("bail.pdf", "Bail"),
        ("x" * 200 + ".pdf", "X" + "x" * 159),
        ("ß" * 160, "SS" + "ß" * 158),
    ],
)
def test_title_is_proposed_from_the_filename(filename: str, title: str) -> None:
    assert title_of(filename) == title


def test_page_is_drawn_and_read() -> None:
    content = make_pdf(2, text="Vous nous confiez la tenue de vos comptes")
    picture = Image.open(io.BytesIO(draw_page(content, 2)))
    assert (picture.format, picture.size) == ("PNG", (1100, 1557))
    assert read_texts(content) == [f"Vous nous confiez la tenue de vos comptes\npage {number}" for number in (1, 2)]


# --- Files that would keep a machine busy --------------------------------------------------------------------------------


def hostile_pdf(content: bytes, *forms: bytes, box: bytes = b"0 0 595 842") -> bytes:
    """One page; each of `forms` is a drawing that can be used as /X by the one before it, the first by the page."""
    uses = [b"/Resources<</XObject<</X %d 0 R>>>>" % (number + 5) for number in range(len(forms))]
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[%s]/Contents 4 0 R%s>>" % (box, b"".join(uses[:1]))
    drawn = [b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]" + use for use in [*uses[1:], b""]]
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page, stream(content, b"")]
    objects += [stream(form, head) for form, head in zip(forms, drawn, strict=False)]
    body = b"".join(b"%d 0 obj%sendobj\n" % (number, text) for number, text in enumerate(objects, 1))
    return b"%PDF-1.7\n" + body + b"trailer<</Root 1 0 R/Size %d>>\n%%%%EOF" % (len(objects) + 1)


def stream(content: bytes, head: bytes) -> bytes:
    return stream_of(zlib.compress(content, 9), head)


def stream_of(packed: bytes, head: bytes = b"") -> bytes:
    return b"<<%s/Length %d/Filter/FlateDecode>>stream\n%s\nendstream " % (head, len(packed), packed)


def test_hostile_pdf_without_its_poison_is_a_pdf() -> None:
    assert read_pdf("a.pdf", hostile_pdf(b"/X Do", b"/X Do", b"0 0 9 9 re f")).pages == 1


@pytest.mark.parametrize("box", [b"0 0 1000000 1000000", b"0 0 1e9 1e-9", b"0 0 1 1000000", b"0 0 -5 -5", b"0 0 0 0"])
def test_page_of_any_size_becomes_a_picture_of_ours(box: bytes) -> None:
    content = hostile_pdf(b"0 0 9 9 re f", box=box)
    assert read_pdf("a.pdf", content).pages == 1
    width, height = Image.open(io.BytesIO(draw_page(content, 1))).size
    assert width <= 1101
    assert height <= 3301


def blanks(megabytes: int) -> bytes:
    """Compressed, as no list of them ever lies in memory here."""
    packer = zlib.compressobj(9)
    return b"".join([packer.compress(b" " * 1024 * 1024) for _ in range(megabytes)]) + packer.flush()


@pytest.mark.slow
def test_pdf_that_would_take_years_or_all_memory_is_refused() -> None:
    drawings_in_drawings = hostile_pdf(b"/X Do", *[b"/X Do " * 100] * 9, b"0 0 9 9 re f")
    unpacks_to_more_than_there_is = hostile_pdf(b"").replace(stream(b"", b""), stream_of(blanks(1100)))
    too_heavy = "“a.pdf” is too heavy to be shown on a page. Print it to a PDF, then choose that file."
    assert [refusal("a.pdf", content) for content in (drawings_in_drawings, unpacks_to_more_than_there_is)] == [too_heavy] * 2


def test_what_draws_knows_none_of_our_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    environments = []
    run = subprocess.run

    def seen(*args: Any, **options: Any) -> Any:
        environments.append(options["env"])
        return run(*args, **options)

    monkeypatch.setattr(subprocess, "run", seen)
    read_pdf("a.pdf", make_pdf(1))
    assert environments == [{}]
