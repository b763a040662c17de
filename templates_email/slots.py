"""Makes one value safe for one place. The only way text from outside gets into a message."""

import re
from collections.abc import Callable, Iterable, Mapping
from html import escape

from templates_email.enums import Kind
from templates_email.errors import MissingValue, UnsafeHeader, UnsafeValue
from templates_email.placeholders import PLACEHOLDERS

_LINK = re.compile(r"https?://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{1,5})?(?:[/?#][\w\-.~:/?#\[\]@!$&'()*+,;=%]*)?", re.I | re.A)
_COLOR = re.compile(r"#[0-9a-f]{6}", re.I)
_LONGEST_LINK = 2000
_SIZE = re.compile(r"[1-9][0-9]{0,3}")

_HALF = re.compile("[\ud800-\udfff]")
_BREAK = re.compile("\r\n|[\n\v\f\r\x1c-\x1e\x85\u2028\u2029]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f]")
_BLANKS = re.compile("[ \t]+")
_ODD = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]|  ")
_ODD_IN_LINES = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_UNFIT_FOR_HEADER = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")

_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
_OVERRIDES = "\u202a\u202b\u202d\u202e"
_ISOLATES = "\u2066\u2067\u2068"
_END_OVERRIDE, _END_ISOLATE = "\u202c", "\u2069"


def is_link(value: str) -> bool:
    """An absolute http(s) address in ASCII, without user or password, of at most 2000 characters."""
    return len(value) <= _LONGEST_LINK and _LINK.fullmatch(value) is not None


def is_color(value: str) -> bool:
    return _COLOR.fullmatch(value) is not None


def contain_direction(text: str) -> str:
    """Ends whatever change of writing direction the text began, so that the words after it stand as we wrote them."""
    open_now: list[str] = []
    for character in _DIRECTION.findall(text):
        if character in _OVERRIDES:
            open_now.append(_END_OVERRIDE)
        elif character in _ISOLATES:
            open_now.append(_END_ISOLATE)
        elif open_now and character == open_now[-1]:
            open_now.pop()
    return text + "".join(reversed(open_now))


def _line(name: str, value: str) -> str:
    if not _ODD.search(value):
        return value.strip()
    return _BLANKS.sub(" ", _BREAK.sub(" ", _cleaned(name, value))).strip()


def _lines(name: str, value: str) -> str:
    plain = _BREAK.sub("\n", _cleaned(name, value)) if _ODD_IN_LINES.search(value) else value
    return "\n".join([line.rstrip() for line in plain.split("\n")]).strip()


def _cleaned(name: str, value: str) -> str:
    if _HALF.search(value):
        raise UnsafeValue(name, "holds half a character (a lone surrogate)")
    return contain_direction(_CONTROL.sub("", value))


def _link(name: str, value: str) -> str:
    if value and not is_link(value):
        raise UnsafeValue(name, "is no http or https address")
    return value


def _color(name: str, value: str) -> str:
    if not is_color(value):
        raise UnsafeValue(name, "is no colour like #1d5546")
    return value


def _size(name: str, value: str) -> str:
    if value and not _SIZE.fullmatch(value):
        raise UnsafeValue(name, "is no number of pixels")
    return value


_TIDY: dict[Kind, Callable[[str, str], str]] = {
    Kind.LINE: _line,
    Kind.LINES: _lines,
    Kind.LINK: _link,
    Kind.COLOR: _color,
    Kind.SIZE: _size,
    Kind.SWITCH: _line,
}


def tidy(name: str, value: str) -> str:
    """Plain text as a reader should see it: one line or several, no control characters, nothing around it.

    Raises MissingValue where nothing is left and something is needed, UnsafeValue where the value cannot be sent.
    """
    placeholder = PLACEHOLDERS[name]
    text = _TIDY[placeholder.kind](name, value)
    if not text and not placeholder.may_be_empty:
        raise MissingValue(name)
    return text


def for_html(name: str, tidied: str) -> str:
    """Safe between tags and inside a quoted attribute alike."""
    escaped = escape(tidied, quote=True)
    return escaped.replace("\n", "<br />") if PLACEHOLDERS[name].kind == Kind.LINES else escaped


def escaped(tidied: Mapping[str, str]) -> dict[str, str]:
    return {name: for_html(name, value) for name, value in tidied.items()}


def check_header(field: str, value: str) -> None:
    """Raises UnsafeHeader for whatever could end a header line or cannot be encoded."""
    if _UNFIT_FOR_HEADER.search(value):
        raise UnsafeHeader(field, "holds a line break, a control character or half a character")


def for_header(field: str, value: str) -> str:
    """One line, blanks collapsed, direction contained; refused where `check_header` refuses."""
    if not _ODD.search(value):
        return value.strip()
    check_header(field, value)
    return _BLANKS.sub(" ", contain_direction(value)).strip()


def tidied(names: Iterable[str], values: Mapping[str, str]) -> dict[str, str]:
    """The tidied values of these names. Raises MissingValue for the first that is not there."""
    result = {}
    for name in names:
        if name not in values:
            raise MissingValue(name)
        result[name] = tidy(name, values[name])
    return result
