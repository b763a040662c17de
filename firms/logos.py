"""The logo that somebody uploads: a picture by its content, made anew as a small PNG of ours."""

import io
import warnings
from dataclasses import dataclass

from django.core.files.base import File
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = ("PNG", "JPEG", "WEBP")
LARGEST_MB = 2
LARGEST_PIXELS = 24_000_000  # what a good camera makes; more would cost the server its memory
LONGEST_SIDE = 12_000
KEPT_WITHIN = (660, 132)  # three times what an e-mail shows, for fine screens
TOO_LARGE = gettext_lazy("This picture has too many pixels for a logo: 600 wide are enough. Save it smaller and choose it again.")


class NotALogo(ValueError):
    """What was uploaded cannot be a logo; the text is for whoever uploaded it."""


@dataclass(frozen=True, slots=True)
class Logo:
    """A PNG and its size in pixels."""

    content: bytes
    width: int
    height: int


def read_logo(upload: "File[bytes]") -> Logo:
    """The picture without its metadata, scaled down to what is shown. Raises `NotALogo`."""
    if (upload.size or 0) > LARGEST_MB * 1024 * 1024:
        raise NotALogo(_("The logo may have 2 MB at most. Save it smaller, for example 600 pixels wide, and choose it again."))
    picture = _open(upload)
    if max(picture.size) > LONGEST_SIDE or picture.width * picture.height > LARGEST_PIXELS:
        raise NotALogo(TOO_LARGE)
    return _made_anew(picture)


def _open(upload: "File[bytes]") -> Image.Image:
    """By content, whatever the name says; nothing is decoded yet."""
    upload.seek(0)
    try:
        with warnings.catch_warnings(action="ignore", category=Image.DecompressionBombWarning):  # our own bound is lower
            return Image.open(upload, formats=FORMATS)
    except Image.DecompressionBombError:
        raise NotALogo(TOO_LARGE) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise NotALogo(_("This is no PNG, JPEG or WebP picture. Save the logo as PNG and choose it again.")) from None


def _made_anew(picture: Image.Image) -> Logo:
    try:
        upright = ImageOps.exif_transpose(picture).convert("RGBA")
    except (OSError, SyntaxError, ValueError):
        raise NotALogo(_("This picture is damaged. Save the logo as PNG once more and choose it again.")) from None
    upright.thumbnail(KEPT_WITHIN, Image.Resampling.LANCZOS)
    file = io.BytesIO()
    upright.save(file, "PNG", optimize=True)
    return Logo(file.getvalue(), upright.width, upright.height)
