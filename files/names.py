"""Names of files and folders: pure. What people call a file is kept, what could mislead them or a computer is not."""

import unicodedata

LONGEST = 160  # characters
LONGEST_EXTENSION = 10


def clean_name(name: str) -> str:
    """One line without a path: no control characters, none that turn the direction of reading; may be empty."""
    last = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(c for c in unicodedata.normalize("NFC", last) if c.isprintable())
    return " ".join(shown.split()).strip(" .")


def short_name(name: str, longest: int = LONGEST) -> str:
    """Cut before its extension."""
    stem, extension = split_name(name)
    return name if len(name) <= longest else stem[: longest - len(extension)].rstrip() + extension


def split_name(name: str) -> tuple[str, str]:
    """Stem and extension with its dot, as it was written; no extension where there is none that could be one."""
    stem, dot, extension = name.rpartition(".")
    if not dot or not stem or not 1 <= len(extension) <= LONGEST_EXTENSION or not extension.isalnum():
        return name, ""
    return stem, dot + extension


def extension_of(name: str) -> str:
    """In small letters and without its dot."""
    return split_name(name)[1][1:].lower()


def numbered_name(name: str, number: int) -> str:
    """“letter.pdf”, 2: “letter (2).pdf”."""
    stem, extension = split_name(name)
    return short_name(f"{stem} ({number}){extension}")
