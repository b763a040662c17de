"""What may be a firm's logo: a picture by its content, made anew and small."""

import io
import struct
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageCms

from firms.logo_reading import MOST_SCANS, NotALogo, is_too_large, read_logo


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


def jpeg_with_scans(count: int, kind: str = "JPEG") -> bytes:
    """A progressive JPEG of which the last scan, which says nothing new, stands there again and again."""
    content = picture(kind, progressive=True)
    last, end = content.rindex(b"\xff\xda"), content.rindex(b"\xff\xd9")
    return content[:end] + content[last:end] * (count - content.count(b"\xff\xda")) + content[end:]


def webp_with_frames(size: tuple[int, int]) -> bytes:
    """An animation of two frames of one pixel on a canvas of that size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)

    frame = chunk(b"ANMF", bytes(6) + bytes(6) + b"\x64\0\0\0" + picture("WEBP", (1, 1), lossless=True)[12:])
    canvas = b"\x02\0\0\0" + b"".join((side - 1).to_bytes(3, "little") for side in size)
    body = b"WEBP" + chunk(b"VP8X", canvas) + chunk(b"ANIM", bytes(6)) + frame * 2
    return b"RIFF" + struct.pack("<I", len(body)) + body


# Its first tag, the width, is a text; beside an orientation, Pillow writes all tags anew.
BROKEN_EXIF = bytes.fromhex("4578696600004d4d002a0000000800020101000200000006000000260112000300000001000600000000000068656c6c6f00")


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


def test_logo_loses_its_color_profile_too() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    made = Image.open(io.BytesIO(read_logo(upload(picture("PNG", icc_profile=profile))).content))
    assert made.info == {}


@pytest.mark.parametrize("kind", ["JPEG", "MPO"])
def test_jpeg_that_is_drawn_in_many_scans_is_refused_before_it_is_drawn(kind: str) -> None:
    assert read_logo(upload(jpeg_with_scans(MOST_SCANS, kind))).width == 300
    with pytest.raises(NotALogo, match="This picture is damaged"):
        read_logo(upload(jpeg_with_scans(MOST_SCANS + 1, kind)))


@pytest.mark.parametrize(("size", "frames", "too_large"), [((4000, 2000), 1, False), ((4000, 2001), 1, True), ((2000, 2000), 3, True)])
def test_pixels_of_all_frames_are_counted(size: tuple[int, int], frames: int, too_large: bool) -> None:
    assert is_too_large(size, frames) is too_large


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
        (webp_with_frames((2500, 2000)), "This picture has too many pixels for a logo"),
        (picture("JPEG", exif=BROKEN_EXIF), "This picture is damaged."),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * (2 * 1024 * 1024), "The logo may have 2 MB at most."),
    ],
    ids=["html", "svg", "gif", "empty", "half", "cut", "bomb", "huge", "frames", "exif", "heavy"],
)
def test_what_is_no_logo_is_refused_with_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(NotALogo) as refused:
        read_logo(upload(content))
    assert sentence in str(refused.value)
