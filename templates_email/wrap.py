"""The text twin's lines: at most 72 columns, but a word that is longer (an address of a page) stays whole."""

WIDTH = 72


def wrap(text: str) -> str:
    return "\n".join(_wrapped(line) if len(line) > WIDTH else line.rstrip(" ") for line in text.split("\n"))


def _wrapped(line: str) -> str:
    """Only plain spaces part words: no-break spaces hold what belongs together."""
    rest = line.strip(" ")
    indent = " " * (len(line) - len(line.lstrip(" ")))
    room = WIDTH - len(indent)
    lines = []
    while len(rest) > room:
        cut = rest.rfind(" ", 0, room + 1)
        if cut == -1:
            cut = rest.find(" ")
        if cut == -1:
            break
        lines.append(indent + rest[:cut].rstrip(" "))
        rest = rest[cut:].lstrip(" ")
    return "\n".join([*lines, indent + rest])
