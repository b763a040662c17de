"""Are the French catalogues whole? Every marked text of an app stands in the app's catalogue, translated, with the same placeholders and
with the spaces that French wants. Needs no gettext: texts are found with Babel.
"""

import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

BASE = Path(__file__).resolve().parent.parent
KEYWORDS: dict[str, Any] = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
TEMPLATES = {".html", ".txt"}
PLACEHOLDER = re.compile(r"%\((\w+)\)|\{(\w*)\}")
# A plain space, or none at all, where French wants one that does not break.
BAD_SPACE = re.compile(r" [:;?!»]|«(?![\u00a0\u202f])|[\w)](?:»|[:;?!](?=\s|$))")
ENTITY = re.compile(r"&#?\w+;")

Key = tuple[str, str]


def apps(base: Path = BASE) -> list[Path]:
    """The folders of our apps: each keeps the catalogue of its own texts."""
    return sorted(file.parent for pattern in ("*/apps.py", "kinds/*/apps.py") for file in base.glob(pattern))


def problems(app: Path, base: Path = BASE) -> Iterator[str]:
    """What is wrong with the app's French, a line each."""
    file = app / "locale" / "fr" / "LC_MESSAGES" / "django.po"
    name = file.relative_to(base)
    marked = marked_texts(app)
    catalog = read_po(BytesIO(file.read_bytes()), locale="fr") if file.exists() else Catalog(locale="fr")
    if catalog.fuzzy and file.exists():
        yield f"{name}: the header is marked fuzzy, so nothing of it would be used"
    known = {key_of(message): message for message in catalog if message.id}
    for key in sorted(marked.keys() - known.keys()):
        yield f"{name}: lacks {key[1]!r} ({marked[key]})"
    for key in sorted(known.keys() - marked.keys()):
        yield f"{name}: {key[1]!r} stands nowhere any more"
    for message in known.values():
        yield from (f"{name}: {key_of(message)[1]!r} {fault}" for fault in faults(message))


def marked_texts(app: Path) -> dict[Key, str]:
    """Each text that is marked for translation below the app's folder, with the file where it stands."""
    found: dict[Key, str] = {}
    for file in sorted(app.rglob("*")):
        if file.suffix == ".py" or (file.suffix in TEMPLATES and "templates" in file.parts):
            for _, text, _, context in extract("python", BytesIO(python_of(file)), KEYWORDS):
                found.setdefault((context or "", first(text)), str(file.relative_to(app.parent)))
    return found


def python_of(file: Path) -> bytes:
    """The file as something Babel's reader of Python understands. Templates become calls of gettext, a line each."""
    text = file.read_text(encoding="utf-8")
    if file.suffix in TEMPLATES:
        text = "\n".join(line.strip() for line in templatize(text, origin=str(file)).splitlines())
    return text.encode()


def key_of(message: Message) -> Key:
    return message.context or "", first(message.id)


def first(text: str | tuple[str, ...] | list[str]) -> str:
    """The text itself, or the singular where there is a plural."""
    return text if isinstance(text, str) else text[0]


def faults(message: Message) -> Iterator[str]:
    texts = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
    if message.fuzzy:
        yield "is marked fuzzy"
    if not texts or not all(texts):
        yield "is not translated"
        return
    wanted = placeholders(message.id if isinstance(message.id, str) else message.id[1])
    for text in texts:
        if placeholders(text) - wanted or (isinstance(message.id, str) and wanted - placeholders(text)):
            yield f"has other placeholders than {text!r}"
        if BAD_SPACE.search(ENTITY.sub("", text)):
            yield f"wants no-break spaces around the punctuation of {text!r}"


def placeholders(text: str) -> set[str]:
    return {name or other for name, other in PLACEHOLDER.findall(text)}


def main() -> int:
    found = [problem for app in apps() for problem in problems(app)]
    for problem in found:
        print(problem)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
