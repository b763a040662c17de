"""From bytes to text, without asking which encoding it was: pure."""

import codecs
import re
from dataclasses import dataclass

from charset_normalizer import from_bytes

from clients.importing.enums import Unreadable
from clients.importing.table import UnreadableFile

BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
WESTERN = ("cp1252", "mac_roman", "cp850")  # Windows, old Macs, DOS; the first wins a draw
WESTERN_LETTERS = frozenset("àâäáãåæçéèêëíîïìñóôöòõøœùûüúÿßÀÂÄÁÃÅÆÇÉÈÊËÍÎÏÌÑÓÔÖÒÕØŒÙÛÜÚŸ")
CENTRAL_LETTERS = WESTERN_LETTERS | frozenset("ąćęłńśźżčďěňřšťůžőűľĺŕăâîșțĄĆĘŁŃŚŹŻČĎĚŇŘŠŤŮŽŐŰĽĹŔĂ")
PLAIN_SIGNS = frozenset("’‘“”«»–—…€°º§\u00a0")
ENOUGH = 0.8
SAMPLE = 200_000  # bytes that are enough to tell an encoding


@dataclass(frozen=True, slots=True)
class Text:
    text: str
    encoding: str
    mended: tuple[int, ...] = ()  # lines of a UTF-8 file that were not UTF-8


def decode(data: bytes) -> Text:
    """UTF-8 with or without mark, UTF-16, UTF-32, Windows-1252 and its kin; lines of another encoding in a UTF-8 file are mended."""
    for bom, encoding in BOMS:
        if data.startswith(bom):
            return _decode_marked(data, bom, encoding)
    if wide := _unmarked_utf_16(data):
        return _decode_wide(data, wide)
    try:
        return Text(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        return _decode_mixed(data) or _decode_single_byte(data)


def _decode_marked(data: bytes, bom: bytes, encoding: str) -> Text:
    if encoding != "utf-8":
        return _decode_wide(data, encoding)
    return _decode_mixed(data[len(bom) :]) or _decode_single_byte(data[len(bom) :])


def _decode_wide(data: bytes, encoding: str) -> Text:
    try:
        return Text(data.decode(encoding), encoding)
    except UnicodeDecodeError as error:
        raise UnreadableFile(Unreadable.NOT_TEXT) from error


def _unmarked_utf_16(data: bytes) -> str | None:
    """Text of Western languages in UTF-16 has a zero at nearly every second byte."""
    head = data[:4096]
    if len(head) < 4:
        return None
    zeros = [head[start::2].count(0) / len(head[start::2]) for start in (0, 1)]
    if zeros[1] > 0.6 and zeros[0] < 0.1:
        return "utf-16-le"
    return "utf-16-be" if zeros[0] > 0.6 and zeros[1] < 0.1 else None


def _decode_mixed(data: bytes) -> Text | None:
    """UTF-8 but for a few lines, as lists glued together from two programs are; None when UTF-8 is not the rule."""
    lines = data.split(b"\n")
    texts = [_utf_8(line) for line in lines]
    wrong = [place for place, text in enumerate(texts) if text is None]
    right = sum(text is not None and not text.isascii() for text in texts)
    if wrong and right <= len(wrong):  # asked before the first line is mended, which is slow
        return None
    mended = [_western(line).text if text is None else text for line, text in zip(lines, texts, strict=True)]
    return Text("\n".join(mended), "utf-8", tuple(place + 1 for place in wrong))


def _utf_8(line: bytes) -> str | None:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _decode_single_byte(data: bytes) -> Text:
    western = _western(data)
    if _share_of(WESTERN_LETTERS, western.text) > ENOUGH:
        return western
    if _share_of(CENTRAL_LETTERS, data[:SAMPLE].decode("cp1250", "replace")) > ENOUGH:
        return Text(data.decode("cp1250", "replace"), "cp1250")
    best = from_bytes(data[:SAMPLE]).best()
    if best is None:
        return western
    return Text(data.decode(best.encoding, "replace"), best.encoding)


def _western(data: bytes) -> Text:
    sample = data[:SAMPLE]
    encoding = max(WESTERN, key=lambda name: _share_of(WESTERN_LETTERS, sample.decode(name, "replace")))
    return Text(data.decode(encoding, "replace"), encoding)


def _share_of(letters: frozenset[str], text: str) -> float:
    """How many of the characters beyond ASCII such a list would have there: a letter of its languages, or a common sign."""
    beyond = [(m.start(), m.group()) for m in re.finditer(r"[^\x00-\x7f]", text)]
    if not beyond:
        return 1.0
    usual = sum(1 for at, sign in beyond if sign in PLAIN_SIGNS or (sign in letters and _stands_in_word(text, at)))
    return usual / len(beyond)


def _stands_in_word(text: str, at: int) -> bool:
    """An accented capital in the middle of small letters is the mark of a wrong guess."""
    before, sign = text[at - 1 : at], text[at]
    return not (sign.isupper() and before.islower())
