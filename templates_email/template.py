"""From sources to pieces: through MJML once per event and language, then once more per brand."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from hashlib import sha256

from mjml import mjml2html

from templates_email.brand import Brand
from templates_email.enums import EmailEvent, Giver, Kind
from templates_email.errors import TemplateError
from templates_email.pieces import MARK, Layout, Pieces, asked, bind, encoded, laid_out, names, parse, parse_text, row_names
from templates_email.placeholders import CONTENT, PLACEHOLDERS, names_given_by
from templates_email.slots import escaped, for_header, tidied
from templates_email.sources import Sources, read_sources

_BRANDS_KEPT = 1024  # some 50 kB each
_ATTRIBUTE = re.compile(r'\s([\w-]+)="([^"]*\[\[[^"]*)"')
_STYLE = re.compile(r"<style[^>]*>(.*?)</style>", re.S)
_KINDS_IN = {
    "href": {Kind.LINK},
    "src": {Kind.LINK},
    "style": {Kind.COLOR},
    "bgcolor": {Kind.COLOR},
    "width": {Kind.SIZE},
    "height": {Kind.SIZE},
}
_KINDS_ELSEWHERE = {Kind.LINE}


@dataclass(frozen=True, slots=True)
class Template:
    """One event in one language. `version` is the digest of all its words and markup as they came out of MJML."""

    subject: Pieces
    preheader: Pieces
    text: Pieces
    html: Pieces
    version: str

    def names(self) -> frozenset[str]:
        return names(self.subject) | names(self.preheader) | names(self.text) | names(self.html)

    def row_names(self) -> frozenset[str]:
        return row_names(self.text) | row_names(self.html)


@dataclass(frozen=True, slots=True)
class Branded:
    """A template with one firm's brand in it: nothing is open but what changes from message to message."""

    subject: Pieces
    preheader: Pieces
    text: Pieces
    html: Pieces
    version: str
    in_header: frozenset[str]
    wanted: tuple[str, ...]  # in order of the alphabet
    wanted_in_rows: tuple[str, ...]
    takes_rows: bool  # also where this brand hides them
    asked: tuple[str, ...]
    _shapes: "dict[tuple[bool, ...], Shape]" = field(default_factory=dict, compare=False, repr=False)

    def shape_for(self, values: Mapping[str, str]) -> "Shape":
        """Made once for each set of names that have a value: a handful of them occurs."""
        given = tuple([bool(values[name]) for name in self.asked])
        shape = self._shapes.get(given)
        if shape is None:
            names_given = {name for name in self.asked if values[name]}
            parts = (laid_out(part, names_given) for part in (self.subject, self.preheader, self.text, self.html))
            shape = self._shapes[given] = Shape(*parts)
        return shape


@dataclass(frozen=True, slots=True)
class Shape:
    """A branded template with all its conditions answered."""

    subject: Layout
    preheader: Layout
    text: Layout
    html: Layout


@cache
def template(event: EmailEvent, language: str) -> Template:
    return compile_sources(read_sources(event, language))


@lru_cache(maxsize=_BRANDS_KEPT)
def branded(event: EmailEvent, language: str, brand: Brand) -> Branded:
    return branded_once(event, language, brand)


def branded_once(event: EmailEvent, language: str, brand: Brand) -> Branded:
    """Not kept: each pause in typing on a settings page makes a brand that no e-mail may ever have."""
    return with_brand(template(event, language), brand)


def compile_sources(sources: Sources) -> Template:
    """Raises TemplateError where a mark, a name or the place of a name is wrong."""
    html = _html(sources.mjml)
    _check_marks(sources.mjml, html)
    _check_places(html)
    compiled = Template(
        subject=parse(sources.subject),
        preheader=parse(sources.preheader),
        text=parse_text(sources.text),
        html=parse(html),
        version=_digest(sources.subject, sources.preheader, sources.text, html),
    )
    if unknown := (compiled.names() | compiled.row_names()) - PLACEHOLDERS.keys():
        raise TemplateError(f"not in the dictionary: {', '.join(sorted(unknown))}")
    return compiled


def _html(mjml: str) -> str:
    """Without fonts or icons of a foreign host, which MJML would load by itself."""
    try:
        return mjml2html(mjml, fonts={}, social_icon_origin="") + "\n"
    except ValueError as error:
        raise TemplateError(f"MJML: {error}") from error


def _digest(*texts: str) -> str:
    return sha256("\0".join(texts).encode()).hexdigest()[:16]


def _check_marks(mjml: str, html: str) -> None:
    """MJML drops what it does not know; a condition that got lost would show what should be hidden."""

    def conditions(source: str) -> Counter[str]:
        return Counter(mark[0] for mark in MARK.finditer(source) if mark["word"] or mark["asked"])

    if conditions(mjml) != conditions(html):
        raise TemplateError("MJML lost or repeated a condition")


def _check_places(html: str) -> None:
    """A typed text never lands in an address, a style or a script, whatever a source says."""
    for attribute, value in _ATTRIBUTE.findall(html):
        for mark in MARK.finditer(value):
            _check_place(mark["name"], attribute, _KINDS_IN.get(attribute, _KINDS_ELSEWHERE))
    for style in _STYLE.findall(html):
        for mark in MARK.finditer(style):
            _check_place(mark["name"], "<style>", {Kind.COLOR})


def _check_place(name: str | None, place: str, kinds: set[Kind]) -> None:
    placeholder = PLACEHOLDERS.get(name or "")
    if place.startswith("on") or placeholder is None or placeholder.kind not in kinds:
        raise TemplateError(f"[[{name}]] may not stand in {place}")


def with_brand(compiled: Template, brand: Brand) -> Branded:
    """Raises MissingValue, UnsafeValue or UnsafeHeader where the brand itself cannot be sent."""
    raw = brand.values()
    values = tidied(names_given_by(Giver.BRAND), raw)
    in_header = names(compiled.subject) & values.keys()
    subject = bind(compiled.subject, values | {name: for_header(name, raw[name]) for name in in_header})
    preheader = bind(compiled.preheader, values)
    socials = [tidied(names_given_by(Giver.SOCIALS), each) for each in brand.socials_shown()]
    text = bind(compiled.text, values, socials)
    html = bind(compiled.html, escaped(values), [escaped(each) for each in socials])
    wanted = names(subject) | names(preheader) | names(text) | names(html)
    in_rows = row_names(text) | row_names(html)
    if not brand.show_context and (leaked := (wanted | in_rows) & CONTENT):
        raise TemplateError(f"shown although message context is hidden: {', '.join(sorted(leaked))}")
    return Branded(
        subject=subject,
        preheader=preheader,
        text=text,
        html=encoded(html),
        version=compiled.version,
        in_header=names(subject),
        wanted=tuple(sorted(wanted - names_given_by(Giver.RENDER))),
        wanted_in_rows=tuple(sorted(in_rows)),
        takes_rows=bool(compiled.row_names() - names_given_by(Giver.SOCIALS)),
        asked=tuple(sorted(asked(subject + preheader + text + html))),
    )
