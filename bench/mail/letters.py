"""The messages of a run as others get them, with everything filled in; and what each contestant says when it is done."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypedDict


class Letter(TypedDict):
    """`mime` is what our dispatcher sent; the rest is the same as ready strings, so that others need no templates."""

    sender: str
    recipient: str
    reply_to: str
    subject: str
    text: str
    html: str
    headers: dict[str, str]
    envelope_to: str
    mime: str


def write_letters(file: Path, letters: Iterable[Letter]) -> int:
    """How many they are."""
    with file.open("w", encoding="utf-8") as out:
        return sum(bool(out.write(json.dumps(letter) + "\n")) for letter in letters)


def read_letters(file: str) -> Iterator[Letter]:
    with Path(file).open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def report(**said: float) -> None:
    """The last line that a contestant prints."""
    print(json.dumps(said))
