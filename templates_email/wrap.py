"""The text twin's lines: at most 72 columns, but a word that is longer (an address of a page) stays whole."""

import re

WIDTH = 72
_BLANKS_AT_END = re.compile(r" +\n")


def wrap(text: str) -> str:
    if " \n" in text:
        text = _BLANKS_AT_END.sub("\n", text)
    return "\n".join([_wrapped(line) if len(line) > WIDTH else line for line in text.rstrip(" ").split("\n")])


def _wrapped(line: str) -> str:
    """Only plain spaces part words: no-break spaces hold what belongs together."""
    start = len(line) - len(line.lstrip(" "))
    indent, room = line[:start], WIDTH - start
    lines = []
    while len(line) - start > room:
        cut = line.rfind(" ", start, start + room + 1)
        if cut == -1:
            cut = line.find(" ", start)
        if cut == -1:
            break
        lines.append(indent + line[start:cut].rstrip(" "))
        start = cut + 1
        while line[start] == " ":
            start += 1
    return "\n".join([*lines, indent + line[start:]])
