"""What a file is, told by its content."""

import io
import struct
import zipfile

import pytest

from files.types import NotKept, type_of
from tests.files.contents import HTML, INVOICE, MAIL, OLE, SVG, office, ole, picture, zip_of
from tests.signing import make_pdf

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODT = "application/vnd.oasis.opendocument.text"
KEPT = {
    "a PDF": (make_pdf(1), "application/pdf"),
    "a PDF behind a scanner's line": (b"\r\n% scan\r\n" + make_pdf(1), "application/pdf"),
    "PNG": (picture("PNG"), "image/png"),
    "JPEG": (picture("JPEG"), "image/jpeg"),
    "GIF": (picture("GIF"), "image/gif"),
    "WebP": (picture("WEBP"), "image/webp"),
    "TIFF": (picture("TIFF"), "image/tiff"),
    "HEIC": (b"\0\0\0\x18ftypheic" + b"\0" * 64, "image/heic"),
    "Word": (office("word/document.xml"), WORD),
    "Excel": (office("xl/workbook.xml"), EXCEL),
    "OpenDocument": (zip_of({"mimetype": ODT.encode(), "content.xml": b""}), ODT),
    "old Word": (ole("WordDocument"), "application/msword"),
    "old Excel": (ole("Workbook"), "application/vnd.ms-excel"),
    "Outlook": (ole("__properties_version1.0"), "application/vnd.ms-outlook"),
    "a protected Office file": (ole("EncryptedPackage"), "application/x-ole-storage"),
    "zip": (zip_of({"facture.pdf": b"x"}), "application/zip"),
    "RTF": (b"{\\rtf1 Bonjour}", "application/rtf"),
    "UTF-8": ("Numéro;Montant\n=cmd;1\n".encode(), "text/plain"),
    "UTF-16": ("Numéro;Montant\n".encode("utf-16"), "text/plain"),
    "Latin": ("Numéro;Montant\n".encode("latin-1"), "text/plain"),
    "less than": (b"a < b and b > c", "text/plain"),
    "an XML invoice": (INVOICE, "application/xml"),
    "an XML invoice without its first line": (INVOICE.partition(b"\n")[2], "application/xml"),
    "an e-mail": (MAIL, "message/rfc822"),
}  # fmt: skip
REFUSED = {
    "SVG": (SVG, NotKept.SVG),
    "bare SVG": (b"  \n<svg></svg>", NotKept.SVG),
    "SVG by its namespace": (b'<?xml version="1.0"?><s:svg xmlns:s="http://www.w3.org/2000/svg"/>', NotKept.SVG),
    "a page": (HTML, NotKept.HTML),
    "a page with PDF inside": (HTML + b"%PDF-1.7", NotKept.HTML),
    "a page without its frame": (b"<p>hello</p><script>alert(1)</script>", NotKept.HTML),
    "XHTML": (b'<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "x" "y">\n<p/>', NotKept.HTML),
    "a page after some text": (b"hello\n<script >alert(1)</script>", NotKept.HTML),
    "a page in UTF-16": ("<html><body></html>".encode("utf-16"), NotKept.HTML),
    "a program": (b"MZ" + b"\0" * 4096 + b"%PDF-1.7", NotKept.PROGRAM),
    "another program": (b"\x7fELF" + b"\0" * 64, NotKept.PROGRAM),
    "a script": (b"#!/bin/sh\nrm -rf /\n", NotKept.PROGRAM),
    "a Java program": (zip_of({"META-INF/MANIFEST.MF": b"", "A.class": b""}), NotKept.PROGRAM),
    "an installer": (OLE + b"\0" * 300 + bytes.fromhex("84100c0000000000c000000000000046"), NotKept.PROGRAM),
    "bytes": (bytes(range(256)) * 9, NotKept.UNKNOWN),
    "half a zip": (zip_of({"a": b"x" * 900})[:300], NotKept.UNKNOWN),
    "a nameless OLE": (OLE + b"\0" * 900, NotKept.UNKNOWN),
}


@pytest.mark.parametrize(("content", "content_type"), KEPT.values(), ids=KEPT)
def test_what_is_kept_is_known_by_its_content(content: bytes, content_type: str) -> None:
    kind = type_of(io.BytesIO(content))
    assert not isinstance(kind, NotKept)
    assert kind.content_type == content_type


@pytest.mark.parametrize(("content", "refused"), REFUSED.values(), ids=REFUSED)
def test_what_could_run_or_is_unknown_is_not_kept(content: bytes, refused: NotKept) -> None:
    assert type_of(io.BytesIO(content)) is refused


def test_zip_with_an_endless_list_is_not_read() -> None:
    content = bytearray(zip_of({"a": b"x"}))
    at = content.rfind(b"PK\x05\x06")
    content[at + 12 : at + 16] = (500 * 1024 * 1024).to_bytes(4, "little")
    assert type_of(io.BytesIO(bytes(content))) is NotKept.UNKNOWN


@pytest.mark.parametrize("packed", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_document_whose_packing_is_damaged_is_refused(packed: int) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", packed) as archive:
        archive.writestr("mimetype", ODT)
        size = archive.getinfo("mimetype").compress_size
    content = bytearray(buffer.getvalue())
    begins = 30 + len("mimetype")  # behind the entry's own header
    content[begins + size // 2 : begins + size] = b"\xff" * (size - size // 2)
    assert type_of(io.BytesIO(content)) is NotKept.UNKNOWN


def test_list_is_as_long_as_the_record_says_that_is_believed() -> None:
    """A zip64 record counts, and the short list of the classic one is a lie."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(100):
            entry = zipfile.ZipInfo(str(number))
            entry.comment = b"x" * 60_000
            archive.writestr(entry, b"")
    content = buffer.getvalue()
    at = content.rfind(b"PK\x05\x06")
    size, offset = struct.unpack("<2L", content[at + 12 : at + 20])
    long = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 100, 100, size, offset)
    where = struct.pack("<4sLQL", b"PK\x06\x07", 0, at, 1)
    end = content[at : at + 12] + struct.pack("<2L", 46, offset) + content[at + 20 :]
    assert type_of(io.BytesIO(content[:at] + long + where + end)) is NotKept.UNKNOWN
