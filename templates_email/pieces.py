"""A source cut at its marks: static text, slots, and pieces that are put in, left out or repeated.

[[NAME]]                            a slot
[[if NAME]] … [[else]] … [[end]]    put in where NAME has a value; [[else]] may be left out
[[rows]] … [[end]]                  once for each row, which brings its own values
[[socials]] … [[end]]               once for each network where the firm can be followed

In MJML a mark may stand in a comment, <!--[[if NAME]]-->, so that it can stand between elements.
"""

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from templates_email.errors import TemplateError
from templates_email.quoted import Encoded

MARK = re.compile(r"(?:<!--\s*)?\[\[(?:(?P<word>else|end|rows|socials)|(?P<asked>if )?(?P<name>[A-Z][A-Z_]*))\]\](?:\s*-->)?")
_ALONE = re.compile(r"^[ ]*(\[\[(?:if [A-Z_]+|else|end|rows|socials)\]\])[ ]*\n", re.M)


@dataclass(frozen=True, slots=True)
class Slot:
    name: str
    indent: str = ""  # what each further line of the value begins with


@dataclass(frozen=True, slots=True)
class When:
    name: str
    then: "Pieces"
    otherwise: "Pieces"


@dataclass(frozen=True, slots=True)
class Rows:
    each: "Pieces"
    of: str = "rows"  # or "socials"


type Piece = str | Encoded | Slot | When | Rows
type Pieces = tuple[Piece, ...]


def parse(source: str) -> Pieces:
    """Raises TemplateError for a mark that is none, or one that is not closed."""
    tokens = _tokens(source)
    pieces, closer = _block(tokens)
    if closer:
        raise TemplateError(f"[[{closer}]] closes nothing")
    return pieces


def parse_text(source: str) -> Pieces:
    """As `parse`; a line that holds nothing but a mark of structure leaves no line behind."""
    return parse(_ALONE.sub(r"\1", source))


def _tokens(source: str) -> Iterator[str | re.Match[str]]:
    at = 0
    for mark in MARK.finditer(source):
        yield _static(source[at : mark.start()])
        yield mark
        at = mark.end()
    yield _static(source[at:])


def _static(text: str) -> str:
    if "[[" in text:
        raise TemplateError(f"not a mark: {text[text.index('[[') :][:40]!r}")
    return text


def _block(tokens: Iterator[str | re.Match[str]]) -> tuple[Pieces, str]:
    """The pieces up to the next [[else]] or [[end]] of this level, and which of the two it was ("" at the very end)."""
    pieces: list[Piece] = []
    for token in tokens:
        if isinstance(token, str):
            pieces.append(token)
        elif token["asked"]:
            pieces.append(_when(token["name"], tokens))
        elif token["word"] in ("rows", "socials"):
            pieces.append(Rows(_closed(*_block(tokens)), token["word"]))
        elif token["word"]:
            return _merged(pieces), token["word"]
        else:
            pieces.append(Slot(token["name"], _indent(token)))
    return _merged(pieces), ""


def _when(name: str, tokens: Iterator[str | re.Match[str]]) -> When:
    then, closer = _block(tokens)
    if closer == "else":
        return When(name, then, _closed(*_block(tokens)))
    return When(name, _closed(then, closer), ())


def _closed(pieces: Pieces, closer: str) -> Pieces:
    if closer != "end":
        raise TemplateError(f"[[end]] is missing (found {closer or 'the end of the source'})")
    return pieces


def _indent(mark: re.Match[str]) -> str:
    line = MARK.sub("", mark.string[mark.string.rfind("\n", 0, mark.start()) + 1 : mark.start()])
    return line[: len(line) - len(line.lstrip(" "))]


def _merged(pieces: Iterable[Piece]) -> Pieces:
    merged: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and merged and isinstance(merged[-1], str):
            merged[-1] += piece
        elif piece != "":
            merged.append(piece)
    return tuple(merged)


def names(pieces: Pieces) -> frozenset[str]:
    """Every name of the message that is shown or asked for; those of its rows are not among them."""
    return frozenset(_names(pieces, in_rows=False))


def row_names(pieces: Pieces) -> frozenset[str]:
    return frozenset(_names(pieces, in_rows=True))


def _names(pieces: Pieces, *, in_rows: bool, here: bool = False) -> Iterator[str]:
    for piece in pieces:
        if isinstance(piece, Rows):
            yield from _names(piece.each, in_rows=in_rows, here=True)
        elif isinstance(piece, When):
            yield from (piece.name,) if here == in_rows else ()
            yield from _names(piece.then + piece.otherwise, in_rows=in_rows, here=here)
        elif isinstance(piece, Slot) and here == in_rows:
            yield piece.name


def bind(pieces: Pieces, known: Mapping[str, str], socials: Sequence[Mapping[str, str]] = ()) -> Pieces:
    """Puts in the values that are known beforehand, already safe for this part, and decides what depends on them."""
    bound: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, Slot) and piece.name in known:
            bound.append(_indented(known[piece.name], piece))
        elif isinstance(piece, When) and piece.name in known:
            bound.extend(bind(piece.then if known[piece.name] else piece.otherwise, known, socials))
        elif isinstance(piece, When):
            bound.append(When(piece.name, bind(piece.then, known, socials), bind(piece.otherwise, known, socials)))
        elif isinstance(piece, Rows) and piece.of == "socials":
            for social in socials:
                bound.extend(bind(piece.each, {**known, **social}))
        elif isinstance(piece, Rows):
            bound.append(Rows(bind(piece.each, known)))
        else:
            bound.append(piece)
    return _merged(bound)


def encoded(pieces: Pieces) -> Pieces:
    """The same with every static text already in quoted-printable."""
    return tuple(_encoded(piece) for piece in pieces)


def _encoded(piece: Piece) -> Piece:
    if isinstance(piece, str):
        return Encoded.of(piece)
    if isinstance(piece, When):
        return When(piece.name, encoded(piece.then), encoded(piece.otherwise))
    if isinstance(piece, Rows):
        return Rows(encoded(piece.each))
    return piece


def asked(pieces: Pieces) -> frozenset[str]:
    """The names that decide, outside of rows, what is put in."""
    whens = [piece for piece in pieces if isinstance(piece, When)]
    return frozenset(when.name for when in whens).union(*(asked(when.then + when.otherwise) for when in whens))


def decided(pieces: Pieces, given: Container[str]) -> Pieces:
    """The same with every condition answered: static text, slots and rows in a line, however deep they stood. `given` has a value."""
    flat: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, When):
            flat += decided(piece.then if piece.name in given else piece.otherwise, given)
        else:
            flat.append(piece)
    return _merged(flat)


@dataclass(frozen=True, slots=True)
class Layout:
    """Decided pieces, and where among them the slots are: a message copies the row and looks at its slots alone."""

    pieces: Pieces
    slots: tuple[tuple[int, Slot], ...]
    has_rows: bool

    def filled(self, values: Mapping[str, str], rows: Sequence[Mapping[str, str]] = ()) -> list[str | Encoded]:
        if self.has_rows:
            return fill(self.pieces, values, rows)
        parts: list[Any] = list(self.pieces)
        for at, slot in self.slots:
            parts[at] = _indented(values[slot.name], slot)
        return parts


def laid_out(pieces: Pieces, given: Container[str]) -> Layout:
    """`given` are the names that have a value."""
    flat = decided(pieces, given)
    slots = tuple((at, piece) for at, piece in enumerate(flat) if isinstance(piece, Slot))
    return Layout(flat, slots, has_rows=any(isinstance(piece, Rows) for piece in flat))


def fill(pieces: Pieces, values: Mapping[str, str], rows: Sequence[Mapping[str, str]] = ()) -> list[str | Encoded]:
    """The parts of one message in order; `values` and `rows` are already safe for where they go."""
    parts: list[str | Encoded] = []
    for piece in pieces:
        if isinstance(piece, Slot):
            parts.append(_indented(values[piece.name], piece))
        elif isinstance(piece, When):
            parts += fill(piece.then if values[piece.name] else piece.otherwise, values, rows)
        elif isinstance(piece, Rows):
            for row in rows:
                parts += fill(piece.each, row)
        else:
            parts.append(piece)
    return parts


def _indented(value: str, slot: Slot) -> str:
    return value.replace("\n", "\n" + slot.indent) if slot.indent else value


def joined(parts: Iterable[str | Encoded]) -> str:
    return "".join([part if isinstance(part, str) else part.text for part in parts])
