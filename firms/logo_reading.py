"""The logo that somebody uploads: a picture by its content, made anew as a small PNG of ours."""

import io
import struct
import warnings

from django.core.files.base import File
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from PIL import Image, ImageOps, UnidentifiedImageError

from firms.logos import Logo

FORMATS = ("PNG", "JPEG", "WEBP")
LARGEST_MB = 2
LARGEST_PIXELS = 8_000_000  # of all its frames together; decoding takes up to 20 bytes for each
LONGEST_SIDE = 12_000
MOST_SCANS = 50  # of a JPEG; a camera makes one, whoever saves it for the web ten
KEPT_WITHIN = (660, 132)  # three times what an e-mail shows, for fine screens
# A file that was made to break Pillow raises whatever the line that it breaks raises.
DAMAGE = (OSError, SyntaxError, ValueError, TypeError, OverflowError, RuntimeError, MemoryError, struct.error, LookupError)
TOO_LARGE = gettext_lazy("This picture has too many pixels for a logo: 600 wide are enough. Save it smaller and choose it again.")


class NotALogo(ValueError):
    """What was uploaded cannot be a logo; the text is for whoever uploaded it."""


def read_logo(upload: "File[bytes]") -> Logo:
    """The picture without its metadata, scaled down to what is shown. Raises `NotALogo`."""
    if (upload.size or 0) > LARGEST_MB * 1024 * 1024:
        raise NotALogo(_("The logo may have 2 MB at most. Save it smaller, for example 600 pixels wide, and choose it again."))
    picture = _open(upload)
    if is_too_large(picture.size, getattr(picture, "n_frames", 1)):
        raise NotALogo(TOO_LARGE)
    if has_too_many_scans(_content_of(upload)):
        raise _damaged()
    return _made_anew(picture)


def is_too_large(size: tuple[int, int], frames: int) -> bool:
    width, height = size
    return max(size) > LONGEST_SIDE or width * height * frames > LARGEST_PIXELS


def has_too_many_scans(content: bytes) -> bool:
    """A progressive JPEG is drawn over once a scan: thousands of empty ones fit into 2 MB and would take minutes.

    Counted is the sign that begins a scan, wherever it stands: a decoder can meet no more of them, whatever it makes of the rest.
    """
    return content.startswith(b"\xff\xd8") and content.count(b"\xff\xda") > MOST_SCANS


def _open(upload: "File[bytes]") -> Image.Image:
    """By content, whatever the name says; nothing is decoded yet."""
    upload.seek(0)
    try:
        with warnings.catch_warnings(action="ignore", category=Image.DecompressionBombWarning):  # our own bound is lower
            return Image.open(upload, formats=FORMATS)
    except Image.DecompressionBombError:
        raise NotALogo(TOO_LARGE) from None
    except (UnidentifiedImageError, *DAMAGE):
        raise NotALogo(_("This is no PNG, JPEG or WebP picture. Save the logo as PNG and choose it again.")) from None


def _content_of(upload: "File[bytes]") -> bytes:
    upload.seek(0)
    content: bytes = upload.read()
    return content


def _damaged() -> NotALogo:
    return NotALogo(_("This picture is damaged. Save the logo as PNG once more and choose it again."))


def _made_anew(picture: Image.Image) -> Logo:
    try:
        upright = ImageOps.exif_transpose(picture).convert("RGBA")
    except DAMAGE:
        raise _damaged() from None
    upright.thumbnail(KEPT_WITHIN, Image.Resampling.LANCZOS)
    file = io.BytesIO()
    upright.save(file, "PNG", optimize=True, icc_profile=None)
    return Logo(file.getvalue(), upright.width, upright.height)
