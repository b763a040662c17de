"""The fields of a message: checked once, as text; written as bytes by RFC 5322 and RFC 2047."""

import re
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache
from itertools import groupby

from templates_email.envelope import Envelope
from templates_email.errors import UnsafeHeader
from templates_email.slots import check_header, for_header, is_link

_LINE = 78  # what RFC 5322 asks for; 998 is what it forbids to pass
_WORD = 75  # one encoded word, by RFC 2047
_BARE_WORD = 64  # a longer one could not be folded: it goes into encoded words, which can
_FRAME = len("=?utf-8?q??=")

_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)(?:\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))*")
_LONGEST_ADDRESS = 254
_ID = re.compile(r"<[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9.:\[\]-]+>")
_LIST_ID = re.compile(r"<[A-Za-z0-9._-]+>")
_LONGEST_ID = 250
_LONGEST_PAGE = 900
_LONGEST_COPIED_NAME = 80
_SPECIALS = re.compile(r'[()<>\[\]:;@\\,"]+')
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
_BLOCK = re.compile(rb"(?:[A-Z][A-Za-z-]*: [!-~][ -~]*\r\n(?: [!-~][ -~]*\r\n)*)+")
_BARE_IN_WORD = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A name as its reader sees it, and an address in ASCII."""

    name: str
    address: str

    def __str__(self) -> str:
        return f"{_quoted(self.name)} <{self.address}>" if self.name else self.address


@dataclass(frozen=True, slots=True)
class Heading:
    """All fields of one message, checked and not yet encoded. `others` are ASCII and hold no name."""

    sender: Mailbox
    recipient: Mailbox
    goes_to: Mailbox  # differs from `recipient` in the firm's copy alone, where it names the client and has the firm's address
    reply_to: Mailbox | None
    subject: str
    others: tuple[tuple[str, str], ...]


def heading(envelope: Envelope, subject: str) -> Heading:
    """Raises UnsafeHeader, naming the field."""
    recipient = _mailbox("To", envelope.to_name, envelope.to_address)
    return Heading(
        sender=_mailbox("From", envelope.from_name, envelope.from_address),
        recipient=recipient,
        goes_to=_copied(recipient, envelope.copy_to) if envelope.copy_to else recipient,
        reply_to=_mailbox("Reply-To", "", envelope.reply_to) if envelope.reply_to else None,
        subject=for_header("Subject", subject),
        others=tuple(_others(envelope)),
    )


def sent_from(heading: Heading, address: str) -> Heading:
    """Raises UnsafeHeader."""
    return replace(heading, sender=_mailbox("From", heading.sender.name, address))


def _copied(recipient: Mailbox, address: str) -> Mailbox:
    """The firm's address under the client's name and address, for providers that send a message to whomever its To names.

    Nothing of that name could be taken for an address, even where its quotes get lost: the standard library drops those of a long one.
    """
    name = f"{recipient.name[:_LONGEST_COPIED_NAME]} {recipient.address.replace('@', ' at ')}"
    return _mailbox("The copy's address", _SPECIALS.sub(" ", name), address)


def _mailbox(field: str, name: str, address: str) -> Mailbox:
    return Mailbox(for_header(field, name), _address(field, address))


@lru_cache(maxsize=4096)
def _address(field: str, address: str) -> str:
    """Domains outside ASCII are written in punycode; before the @ nothing but ASCII can be sent everywhere."""
    check_header(field, address)
    local, _, domain = address.rpartition("@")
    try:
        domain = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError:
        domain = ""
    if not _LOCAL_PART.fullmatch(local) or not _DOMAIN.fullmatch(domain) or len(address) > _LONGEST_ADDRESS:
        raise UnsafeHeader(field, "holds no address that mail can be sent to")
    return f"{local}@{domain}"


def _others(envelope: Envelope) -> list[tuple[str, str]]:
    if envelope.date.tzinfo is None:
        raise UnsafeHeader("Date", "has no time zone")
    fields = [
        ("Date", _date(envelope.date)),
        ("Message-ID", _matching(_ID, "Message-ID", envelope.message_id)),
    ]
    if envelope.references:
        references = [_matching(_ID, "References", reference) for reference in envelope.references]
        fields += [("In-Reply-To", references[-1]), ("References", " ".join(references))]
    if envelope.list_id:
        fields.append(("List-Id", _matching(_LIST_ID, "List-Id", envelope.list_id)))
    if envelope.unsubscribe_url and not envelope.copy_to:
        fields += [
            ("List-Unsubscribe", f"<{_page('List-Unsubscribe', envelope.unsubscribe_url)}>"),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ]
    return [*fields, ("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "All")]


@lru_cache(maxsize=8)
def _date(at: datetime) -> str:
    """Those of a batch have one in common."""
    return format_datetime(at)


def _matching(pattern: re.Pattern[str], field: str, value: str) -> str:
    if not pattern.fullmatch(value) or len(value) > _LONGEST_ID:
        raise UnsafeHeader(field, "is not written like <…>")
    return value


def _page(field: str, url: str) -> str:
    if not is_link(url) or len(url) > _LONGEST_PAGE:
        raise UnsafeHeader(field, "is no http or https address that fits a line")
    return url


def fields_of(heading: Heading) -> list[tuple[str, str]]:
    """In the order in which they go, as a mail program shows them: neither encoded nor folded."""
    reply_to = [("Reply-To", str(heading.reply_to))] if heading.reply_to else []
    first = [("From", str(heading.sender)), ("To", str(heading.recipient)), *reply_to, ("Subject", heading.subject)]
    return [*first, *heading.others]


def header_block(heading: Heading) -> bytes:
    """The lines of all fields, each ending in CRLF. What could end the block early is looked for once more, in the bytes."""
    fields = [_mailbox_field("From", heading.sender), _mailbox_field("To", heading.recipient)]
    if heading.reply_to:
        fields.append(_mailbox_field("Reply-To", heading.reply_to))
    fields.append(_text_field("Subject", heading.subject))
    fields += [_plain_field(name, value) for name, value in heading.others]
    block = "".join(fields).encode("ascii")
    if not _BLOCK.fullmatch(block) or block.count(b"\r\n") != block.count(b"\n"):
        raise UnsafeHeader("A header", "would end too early")
    return block


def _plain_field(name: str, value: str) -> str:
    whole = f"{name}: {value}\r\n"
    return whole if len(whole) <= _LINE + 2 else _folded(f"{name}:", value.split(" "))


def _text_field(field: str, value: str) -> str:
    words = value.split(" ")
    if not all(map(_can_stand_bare, words)):
        words = _mixed_words(words, _can_stand_bare, len(field) + 2)
    return _folded(f"{field}:", words)


@lru_cache(maxsize=1024)
def _mailbox_field(field: str, mailbox: Mailbox) -> str:
    if not mailbox.name:
        return _folded(f"{field}:", [mailbox.address])
    words = (mailbox.name if _ATOMS.fullmatch(mailbox.name) else _quoted(mailbox.name)).split(" ")
    if not all(map(_can_stand_bare, words)):
        words = _mixed_words(mailbox.name.split(" "), _is_atom, len(field) + 2)
    return _folded(f"{field}:", [*words, f"<{mailbox.address}>"])


def _can_stand_bare(word: str) -> bool:
    """In ASCII, not like an encoded word, and short enough for a line of its own."""
    return len(word) <= _BARE_WORD and word.isascii() and "=?" not in word


def _is_atom(word: str) -> bool:
    return _can_stand_bare(word) and _ATOMS.fullmatch(word) is not None


def _quoted(name: str) -> str:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _folded(start: str, words: list[str]) -> str:
    """Words with one blank between them, on lines of at most 78 characters where no single word is longer."""
    whole = f"{start} {' '.join(words)}"
    if len(whole) <= _LINE:
        return whole + "\r\n"
    lines, current = [], start
    for word in words:
        if current != start and len(current) + 1 + len(word) > _LINE:
            lines.append(current)
            current = ""
        current += " " + word
    return "\r\n".join([*lines, current]) + "\r\n"


def _mixed_words(words: list[str], bare: Callable[[str], bool], taken: int) -> list[str]:
    """Words that can stand bare do; each run of others is encoded in one, for a blank between two encoded words is lost.

    `taken` characters stand on the line before the first.
    """
    mixed: list[str] = []
    for is_bare, grouped in groupby(words, bare):
        run = list(grouped)
        mixed += run if is_bare else _encoded_words(" ".join(run), _WORD if mixed else _LINE - taken)
    return mixed


def _encoded_words(text: str, first: int) -> list[str]:
    """`text` as encoded words of RFC 2047, the first of at most `first` characters.

    In Q, which a person can read, unless B is shorter by a fifth.
    """
    in_q, in_b = 3 * len("".join(map(_quoted_character, text))), 4 * len(text.encode())
    if 4 * in_q <= 5 * in_b:
        return [f"=?utf-8?q?{''.join(map(_quoted_character, chunk))}?=" for chunk in _chunks(text, in_q, _thirds_in_q, first)]
    return [f"=?utf-8?b?{b64encode(chunk.encode()).decode()}?=" for chunk in _chunks(text, in_b, _thirds_in_b, first)]


def _chunks(text: str, thirds_in_all: int, thirds: Callable[[str], int], first: int) -> list[str]:
    """Cut between characters, never inside one, so that each chunk fits its encoded word."""
    chunks, start, used, room = [], 0, 0, _room(min(first, _WORD))
    if thirds_in_all <= room:
        return [text]
    for at, character in enumerate(text):
        used += thirds(character)
        if used > room:
            chunks.append(text[start:at])
            start, used, room = at, thirds(character), _room(_WORD)
    return [*chunks, text[start:]]


def _room(word: int) -> int:
    """In thirds of a character, for base64 writes three bytes as four; and in fours, for it pads the last of them."""
    return (word - _FRAME) // 4 * 4 * 3


def _thirds_in_q(character: str) -> int:
    return 3 * len(_quoted_character(character))


def _thirds_in_b(character: str) -> int:
    return 4 * len(character.encode())


@lru_cache(maxsize=4096)
def _quoted_character(character: str) -> str:
    if character == " ":
        return "_"
    return "".join(chr(byte) if byte in _BARE_IN_WORD else f"={byte:02X}" for byte in character.encode())
