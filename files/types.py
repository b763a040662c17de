"""What a file is, told by its content and by nothing else: neither its name nor what a browser says of it."""

import lzma
import re
import zipfile
import zlib
from codecs import BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import IO

HEAD = 64 * 1024  # bytes that are looked at first
CHUNK = 256 * 1024
SHOWN_TYPES = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/tiff")  # that can be made anew
MOST_SHOWN = 20 * 1024 * 1024  # bytes: of a picture that is
PDF_WITHIN = 1024  # some programs put a line of their own before it
DIRECTORY_AT_MOST = 4 * 1024 * 1024  # bytes: of a zip's list of what it holds


class Family(StrEnum):
    """What a name can promise, and what the icon shows."""

    PDF = "pdf"
    IMAGE = "image"
    OFFICE = "office"
    ARCHIVE = "archive"
    TEXT = "text"
    MAIL = "mail"


class NotKept(StrEnum):
    """Kinds of content that are refused, each with a sentence of its own."""

    SVG = "svg"
    HTML = "html"
    PROGRAM = "program"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class FileType:
    content_type: str
    family: Family
    extension: str  # for a name that has none


PDF = FileType("application/pdf", Family.PDF, "pdf")
ZIP = FileType("application/zip", Family.ARCHIVE, "zip")
TEXT = FileType("text/plain", Family.TEXT, "txt")
XML = FileType("application/xml", Family.TEXT, "xml")
RTF = FileType("application/rtf", Family.OFFICE, "rtf")
EMAIL = FileType("message/rfc822", Family.MAIL, "eml")
HEIC = FileType("image/heic", Family.IMAGE, "heic")

MAGIC: tuple[tuple[bytes, FileType], ...] = (
    (b"\x89PNG\r\n\x1a\n", FileType("image/png", Family.IMAGE, "png")),
    (b"\xff\xd8\xff", FileType("image/jpeg", Family.IMAGE, "jpg")),
    (b"GIF87a", FileType("image/gif", Family.IMAGE, "gif")),
    (b"GIF89a", FileType("image/gif", Family.IMAGE, "gif")),
    (b"II*\0", FileType("image/tiff", Family.IMAGE, "tif")),
    (b"MM\0*", FileType("image/tiff", Family.IMAGE, "tif")),
    (b"{\\rtf", RTF),
)
PROGRAMS = (
    b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf",
    b"\0asm", b"#!", b"L\0\0\0\x01\x14\x02\0",
)  # fmt: skip
HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1")

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # Word, Excel, PowerPoint of before 2007, Outlook; installers too
OLE_INSTALLER = bytes.fromhex("84100c0000000000c000000000000046")
OFFICE = "application/vnd.openxmlformats-officedocument."
OLE_STREAMS: tuple[tuple[str, FileType], ...] = (
    ("__properties_version1.0", FileType("application/vnd.ms-outlook", Family.MAIL, "msg")),
    ("WordDocument", FileType("application/msword", Family.OFFICE, "doc")),
    ("PowerPoint Document", FileType("application/vnd.ms-powerpoint", Family.OFFICE, "ppt")),
    ("Workbook", FileType("application/vnd.ms-excel", Family.OFFICE, "xls")),
    ("EncryptedPackage", FileType("application/x-ole-storage", Family.OFFICE, "docx")),
)
ZIPPED: tuple[tuple[str, FileType], ...] = (
    ("word/document.xml", FileType(f"{OFFICE}wordprocessingml.document", Family.OFFICE, "docx")),
    ("xl/workbook.xml", FileType(f"{OFFICE}spreadsheetml.sheet", Family.OFFICE, "xlsx")),
    ("xl/workbook.bin", FileType("application/vnd.ms-excel.sheet.binary.macroenabled.12", Family.OFFICE, "xlsb")),
    ("ppt/presentation.xml", FileType(f"{OFFICE}presentationml.presentation", Family.OFFICE, "pptx")),
)
OPEN_DOCUMENT = {
    f"application/vnd.oasis.opendocument.{name}": extension
    for name, extension in (("text", "odt"), ("spreadsheet", "ods"), ("presentation", "odp"), ("graphics", "odg"))
}
# What `zipfile` raises for one that is damaged: besides its own error, places that are none, lists that are too long, ends that come
# too early, passwords and packings that it does not know, and whatever each unpacker says.
DAMAGED_ZIP = (zipfile.BadZipFile, OSError, ValueError, OverflowError, EOFError, RuntimeError, zlib.error, lzma.LZMAError)
ZIPPED_PROGRAMS = ("META-INF/MANIFEST.MF", "AndroidManifest.xml")

ICONS = (
    ("pdf", "file-type-pdf"), ("image/", "photo"), ("spreadsheet", "file-spreadsheet"), ("excel", "file-spreadsheet"),
    ("word", "file-text"),
    ("opendocument.text", "file-text"), ("rtf", "file-text"), ("presentation", "presentation"), ("powerpoint", "presentation"),
    ("zip", "file-zip"), ("rfc822", "mail"), ("outlook", "mail"), ("xml", "file-code"), ("text/", "file-text"),
)  # fmt: skip

MARKUP = re.compile(r"<(?:!doctype\s+html|html|head|body|script|iframe|svg)[\s>/]", re.IGNORECASE)
PAGE = re.compile(r"<!doctype\s+html", re.IGNORECASE)
BEFORE_ROOT = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->|<!doctype\s+[^\[>]*(?:\[.*?\]\s*)?>", re.IGNORECASE | re.DOTALL)
ROOT = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)[\s/>]")
HEADER = re.compile(r"[!-9;-~]+:\s?")
MAIL_HEADERS = re.compile(r"^(?:from|subject|message-id|date|received|mime-version):", re.IGNORECASE | re.MULTILINE)
NOT_IN_TEXT = re.compile(r"[\x00-\x08\x0b\x0e-\x19\x1c-\x1f]")

PROMISES: dict[Family, frozenset[str]] = {
    Family.PDF: frozenset({"pdf"}),
    Family.IMAGE: frozenset({"png", "jpg", "jpeg", "jpe", "jfif", "gif", "webp", "tif", "tiff", "heic", "heif", "bmp"}),
    Family.OFFICE: frozenset({
        "doc", "docx", "docm", "dot", "dotx", "xls", "xlsx", "xlsm", "xlsb", "xlt", "xltx", "ppt", "pptx", "pptm", "pps", "ppsx",
        "odt", "ods", "odp", "odg", "rtf",
    }),
}  # fmt: skip
PROGRAM_NAMES = frozenset({
    "apk", "app", "appinstaller", "application", "appref-ms", "appx", "bash", "bat", "chm", "cmd", "com", "command", "cpl", "csh", "deb",
    "desktop", "diagcab", "dll", "dmg", "exe", "gadget", "hta", "inf", "ins", "iqy", "isp", "jar", "jnlp", "js", "jse", "lnk", "mjs",
    "msc", "msi", "msix", "msp", "mst", "oqy", "pif", "pkg", "pl", "ps1", "ps1xml", "psc1", "psd1", "psm1", "py", "pyc", "pyw", "pyz",
    "rb", "rdp", "reg", "rpm", "rqy", "run", "scf", "scpt", "scr", "sct", "sh", "shb", "slk", "sys", "url", "vb", "vbe", "vbs", "webloc",
    "workflow", "ws", "wsc", "wsf", "wsh", "xbap", "xll", "zsh",
})  # fmt: skip
PAGES = ("html", "htm", "xhtml", "xht", "shtml", "mht", "mhtml")
PAGE_NAMES = dict.fromkeys(("svg", "svgz"), NotKept.SVG) | dict.fromkeys(PAGES, NotKept.HTML)


def type_of(file: IO[bytes]) -> FileType | NotKept:
    """Reads no more at a time than a chunk; `file` can be sought in, and is left anywhere."""
    file.seek(0)
    head = file.read(HEAD)
    if head.startswith(PROGRAMS):
        return NotKept.PROGRAM
    if head.startswith(OLE):
        return _ole(file)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip(file)
    return _by_magic(head) or _text(file, head)


def is_picture_to_show(content_type: str, size: int) -> bool:
    return content_type in SHOWN_TYPES and size <= MOST_SHOWN


def can_be_shown(content_type: str, size: int, pages: int) -> bool:
    """Whether a page shows it; `pages` are those of a PDF. Else it is downloaded to be read."""
    return pages > 0 or is_picture_to_show(content_type, size)


def icon_of(content_type: str) -> str:
    """The icon of what has this type."""
    return next((icon for part, icon in ICONS if part in content_type), "file")


def promised_by(extension: str) -> Family | None:
    """What a name that ends so says the file is; None where it says nothing that is held against it."""
    return next((family for family, extensions in PROMISES.items() if extension in extensions), None)


def refused_name(extension: str) -> NotKept | None:
    """Names which a computer would run, or a browser open as a page, whatever they hold."""
    return NotKept.PROGRAM if extension in PROGRAM_NAMES else PAGE_NAMES.get(extension)


def _by_magic(head: bytes) -> FileType | None:
    if head[4:8] == b"ftyp" and head[8:12] in HEIC_BRANDS:
        return HEIC
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return FileType("image/webp", Family.IMAGE, "webp")
    found = next((kind for magic, kind in MAGIC if head.startswith(magic)), None)
    if found is None and b"%PDF-" in head[:PDF_WITHIN] and b"<" not in head[: head.index(b"%PDF-")]:
        return PDF
    return found


def _zip(file: IO[bytes]) -> FileType | NotKept:
    """What a zip holds says what it is; one whose list is damaged, or absurdly long, is a zip to nobody."""
    try:
        with zipfile.ZipFile(_ShortList(file)) as archive:
            names = set(archive.namelist())
            kind = _open_document(archive) if "mimetype" in names else None
    except DAMAGED_ZIP:
        return NotKept.UNKNOWN
    if "[Content_Types].xml" in names:
        kind = next((kind for name, kind in ZIPPED if name in names), None)
    if kind is None and not names.isdisjoint(ZIPPED_PROGRAMS):
        return NotKept.PROGRAM
    return kind or ZIP


class _ShortList:
    """A zip for `zipfile`, which reads the list of what it holds in one go: a hundred megabytes of names would fill the memory.

    Whatever record says how long the list is, reading a longer one raises ValueError.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self.seek, self.tell, self.seekable, self._read = file.seek, file.tell, file.seekable, file.read

    def read(self, size: int = -1) -> bytes:
        content = self._read(DIRECTORY_AT_MOST + 1 if size < 0 else min(size, DIRECTORY_AT_MOST + 1))
        if len(content) > DIRECTORY_AT_MOST:
            raise ValueError("The list is too long.")
        return content


def _open_document(archive: zipfile.ZipFile) -> FileType | None:
    with archive.open("mimetype") as entry:
        said = entry.read(100).decode("ascii", "replace").strip()
    extension = OPEN_DOCUMENT.get(said)
    return FileType(said, Family.OFFICE, extension) if extension else None


def _ole(file: IO[bytes]) -> FileType | NotKept:
    """By the names of its streams, wherever its directory lies."""
    wanted = {name.encode("utf-16-le"): kind for name, kind in OLE_STREAMS}
    found = set[bytes]()
    before = b""
    for chunk in _chunks(file):
        window = before + chunk
        if OLE_INSTALLER in window:
            return NotKept.PROGRAM
        found |= {name for name in wanted if name in window}
        before = window[-64:]
    return next((kind for name, kind in wanted.items() if name in found), NotKept.UNKNOWN)


def _text(file: IO[bytes], head: bytes) -> FileType | NotKept:
    encoding = _encoding(file, head)
    if encoding is None:
        return NotKept.UNKNOWN
    beginning = head.decode(encoding, "replace").lstrip("\ufeff")
    if is_email(beginning):
        return EMAIL
    if beginning.lstrip().startswith("<"):
        return _markup(beginning.lstrip())
    return NotKept.HTML if MARKUP.search(beginning) else TEXT


def is_email(text: str) -> bool:
    """Whether it begins with the headers of an e-mail, of which three at least are among the usual ones."""
    headers = text.replace("\r\n", "\n").partition("\n\n")[0]
    return HEADER.match(headers) is not None and len({found.lower() for found in MAIL_HEADERS.findall(headers)}) >= 3


def _markup(text: str) -> FileType | NotKept:
    """By its outermost element: pictures and pages are refused, other XML is data, as invoices are."""
    at = 0
    while before := BEFORE_ROOT.match(text, at):
        at = before.end()
    found = ROOT.match(text, at)
    root = found.group(1).lower() if found else ""
    if root == "svg":
        return NotKept.SVG
    if root == "html" or PAGE.search(text[:at]):
        return NotKept.HTML
    is_data = text.startswith("<?xml") or (root and "xmlns" in text and not MARKUP.search(text))
    return XML if root and is_data else NotKept.HTML


def _encoding(file: IO[bytes], head: bytes) -> str | None:
    """How the text is written down; None where it is none: control characters stand in no text."""
    possible = ("utf-16",) if head.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else ("utf-8", "cp1252")
    return next((encoding for encoding in possible if _is_written_in(file, encoding)), None)


def _is_written_in(file: IO[bytes], encoding: str) -> bool:
    decoder = getincrementaldecoder(encoding)()
    try:
        return not any(NOT_IN_TEXT.search(decoder.decode(chunk)) for chunk in _chunks(file)) and decoder.decode(b"", final=True) == ""
    except UnicodeDecodeError:
        return False


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while chunk := file.read(CHUNK):
        yield chunk
