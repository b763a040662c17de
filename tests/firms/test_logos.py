"""What may be a firm's logo: a picture by its content, made anew and small."""

import io
import struct
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from firms.logos import NotALogo, read_logo


def picture(kind: str, size: tuple[int, int] = (300, 100), **options: object) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, "#1d5546").save(file, kind, **options)
    return file.getvalue()


def upload(content: bytes, name: str = "logo.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/png")


def png_that_claims(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header says that it is huge: a decompression bomb."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


@pytest.mark.rule("A17")
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_logo_of_each_kind_becomes_a_png_without_its_metadata(kind: str) -> None:
    logo = read_logo(upload(picture(kind, exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0"), "whatever.html"))
    made = Image.open(io.BytesIO(logo.content))
    assert (made.format, made.size, logo.width, logo.height, dict(made.getexif())) == ("PNG", (300, 100), 300, 100, {})


@pytest.mark.parametrize(("size", "kept"), [((3000, 1000), (396, 132)), ((4000, 200), (660, 33)), ((40, 40), (40, 40))])
def test_logo_is_scaled_down_and_never_up(size: tuple[int, int], kept: tuple[int, int]) -> None:
    logo = read_logo(upload(picture("PNG", size)))
    assert (logo.width, logo.height) == kept


def test_logo_keeps_what_can_be_seen_through() -> None:
    file = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(file, "PNG")
    assert Image.open(io.BytesIO(read_logo(upload(file.getvalue())).content)).getpixel((0, 0)) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"<html><script>alert(1)</script></html>", "This is no PNG, JPEG or WebP picture."),
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "This is no PNG, JPEG or WebP picture."),
        (picture("GIF"), "This is no PNG, JPEG or WebP picture."),
        (b"", "This is no PNG, JPEG or WebP picture."),
        (b"\x89PNG\r\n\x1a\n<html>", "This is no PNG, JPEG or WebP picture."),
        (picture("PNG", (800, 800))[:-900], "This picture is damaged."),
        (png_that_claims(50_000, 50_000), "This picture has too many pixels for a logo"),
        (png_that_claims(11_000, 11_000), "This picture has too many pixels for a logo"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * (2 * 1024 * 1024), "The logo may have 2 MB at most."),
    ],
    ids=["html", "svg", "gif", "empty", "half", "cut", "bomb", "huge", "heavy"],
)
def test_what_is_no_logo_is_refused_with_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(NotALogo) as refused:
        read_logo(upload(content))
    assert sentence in str(refused.value)
