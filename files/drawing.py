"""A program of its own: it reads one PDF or picture from its standard input, says what is asked, and ends.

    python drawing.py check | draw <page> <width> <height> | texts <characters> | picture <width> <height>

A file of two thousand bytes can keep PDFium busy for years, or take all memory. Here it costs a few seconds of one process, which
knows no secret and has no connection. Nothing but PDFium and Pillow is imported, so that it starts within a tenth of a second.
"""

import io
import json
import resource
import sys
from collections.abc import Callable, Mapping

import pypdfium2
from PIL import Image, ImageOps
from pypdfium2 import raw

CPU_SECONDS = 10
MEMORY = 1024 * 1024 * 1024  # bytes of addresses: a scan of a large plan takes half of it
PROTECTED, BROKEN, TOO_HEAVY = 3, 4, 5  # exit codes, as in files/sandbox.py, which this program cannot import
PICTURES = ("PNG", "JPEG", "GIF", "WEBP", "TIFF")


def check(content: bytes) -> bytes:
    """How many pages there are. The first one is drawn, small: what cannot be shown is better refused than asked of somebody."""
    with pypdfium2.PdfDocument(content) as document:
        if raw.FPDF_GetSecurityHandlerRevision(document) != -1:
            sys.exit(PROTECTED)
        pages = len(document)
        if pages:
            document.init_forms()
            _picture(document[0], 110, 330)
    return json.dumps(pages).encode()


def draw(content: bytes, page: str, width: str, height: str) -> bytes:
    """Page `page` (from 1) as PNG that fits into width × height pixels."""
    with pypdfium2.PdfDocument(content) as document:
        document.init_forms()
        picture = _picture(document[int(page) - 1], int(width), int(height)).to_pil()
        file = io.BytesIO()
        picture.convert("RGB").save(file, "PNG", optimize=True)
    return file.getvalue()


def _picture(page: pypdfium2.PdfPage, width: int, height: int) -> pypdfium2.PdfBitmap:
    wide, high = page.get_size()
    return page.render(scale=min(width / max(wide, 1), height / max(high, 1)))


def texts(content: bytes, characters: str) -> bytes:
    """What each page says, as JSON: at most `characters` of each."""
    with pypdfium2.PdfDocument(content) as document:
        pages = [document[number].get_textpage().get_text_bounded()[: int(characters)] for number in range(len(document))]
    return json.dumps(pages).encode()


def picture(content: bytes, width: str, height: str) -> bytes:
    """The picture upright, as a PNG of ours without its metadata, that fits into width × height pixels; of several the first."""
    image = Image.open(io.BytesIO(content), formats=PICTURES)
    image.draft("RGB", (int(width), int(height)))  # a JPEG is read no larger than it is shown
    upright = ImageOps.exif_transpose(image)
    shown = upright.convert("RGBA" if "A" in upright.getbands() or "transparency" in upright.info else "RGB")
    shown.thumbnail((int(width), int(height)), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    shown.save(file, "PNG", icc_profile=None)
    return file.getvalue()


TASKS: Mapping[str, Callable[..., bytes]] = {"check": check, "draw": draw, "texts": texts, "picture": picture}


def main(task: str, *arguments: str) -> None:
    for kind, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, CPU_SECONDS), (resource.RLIMIT_CORE, 0)):
        _limit(kind, most)
    try:
        answer = TASKS[task](sys.stdin.buffer.read(), *arguments)
    except MemoryError:
        sys.exit(TOO_HEAVY)
    except pypdfium2.PdfiumError as error:
        sys.exit(PROTECTED if error.err_code == raw.FPDF_ERR_PASSWORD else BROKEN)
    sys.stdout.buffer.write(answer)


def _limit(kind: int, most: int) -> None:
    hardest = resource.getrlimit(kind)[1]
    value = most if hardest == resource.RLIM_INFINITY else min(most, hardest)
    resource.setrlimit(kind, (value, value))


if __name__ == "__main__":
    main(*sys.argv[1:])
