"""Names of files and folders: pure. What people call a file is kept, what could mislead them or a computer is not."""

import unicodedata
from collections.abc import Iterable

from clients.names import name_key

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
    """“letter.pdf”, 2: “letter (2).pdf”. It is the stem that is cut, so that the number stays in the name and in its key."""
    stem, extension = split_name(name)
    mark = f" ({number}){extension}"
    stem = stem[: LONGEST - len(mark)]
    while stem and not name_key(stem + mark).endswith(name_key(mark)):
        stem = stem[:-1]
    return f"{stem.rstrip()}{mark}".strip()


IN_TURN = 100  # numbers that are tried one after the other


def names_to_try(name: str, drawn: Iterable[int]) -> dict[str, str]:
    """By key, best first: the name itself, then with the numbers from 2 on, then with those `drawn`."""
    numbered = (numbered_name(name, number) for number in [*range(2, IN_TURN), *drawn])
    return {name_key(each): each for each in [name, *numbered]}
