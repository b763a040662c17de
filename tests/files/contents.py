"""Contents of every kind, small: what is kept, and what is refused."""

import io
import zipfile

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests.signing import make_pdf

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SVG = b'<?xml version="1.0"?>\n<!-- a drawing -->\n<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!DOCTYPE html>\n<html><script>alert(1)</script></html>"
UBL = b"urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
INVOICE = b'<?xml version="1.0" encoding="UTF-8"?>\n<Invoice xmlns="' + UBL + b'"><ID>1</ID></Invoice>'
MAIL = b"From: nadia@lefevre.example\r\nTo: claire@lumiere.example\r\nSubject: TVA\r\nDate: Mon, 2 Nov 2026\r\n\r\n<html>Bonjour</html>"


def upload(content: bytes = b"", name: str = "lettre.pdf", content_type: str = "application/pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or make_pdf(1), content_type=content_type)


def picture(format: str = "PNG", size: tuple[int, int] = (40, 30)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, "teal").save(file, format)
    return file.getvalue()


def zip_of(entries: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return file.getvalue()


def office(part: str) -> bytes:
    return zip_of({"[Content_Types].xml": b"<Types/>", part: b"<x/>"})


def ole(stream: str) -> bytes:
    return OLE + b"\0" * 1000 + stream.encode("utf-16-le") + b"\0" * 1000
