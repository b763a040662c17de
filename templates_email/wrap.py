"""The text twin's lines: at most 72 columns, but a word that is longer (an address of a page) stays whole."""

WIDTH = 72


def wrap(text: str) -> str:
    return "\n".join(_wrapped(line) if len(line) > WIDTH else line.rstrip(" ") for line in text.split("\n"))


def _wrapped(line: str) -> str:
    """Only plain spaces part words: no-break spaces hold what belongs together."""
    indent = line[: len(line) - len(line.lstrip(" "))]
    lines, current = [], indent
    for word in line.split(" "):
        if not word:
            continue
        if current == indent:
            current += word
        elif len(current) + 1 + len(word) > WIDTH:
            lines.append(current)
            current = indent + word
        else:
            current += " " + word
    return "\n".join([*lines, current])
