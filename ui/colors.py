"""A firm chooses any colour; what is written with it or on it keeps WCAG AA (4.5 to 1)."""

import re
from functools import lru_cache

RGB = tuple[int, int, int]

WHITE = "#ffffff"
BLACK = "#000000"
ENOUGH = 4.5
# A little darker than any ground links stand on, the pale notices; what can be read there can be read on white.
LINK_GROUND = "#e8f2fc"
# The lighter of the two grounds that e-mails have for readers who like it dark.
DARK_GROUND = "#242424"

_HEX = re.compile(r"#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})", re.IGNORECASE)


def parse_color(color: str) -> RGB:
    """Red, green and blue (0 to 255) of `#rrggbb`; `ValueError` for anything else, so that only a colour reaches a style sheet."""
    match = _HEX.fullmatch(color)
    if match is None:
        raise ValueError(f"“{color}” is not a colour such as #2b4c9b.")
    red, green, blue = (int(part, 16) for part in match.groups())
    return red, green, blue


def contrast(one: str, other: str) -> float:
    """The WCAG contrast of two colours, from 1 (the same) to 21 (black on white)."""
    lighter, darker = sorted((_luminance(parse_color(one)), _luminance(parse_color(other))), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def text_on(color: str) -> str:
    """White where it can be read on `color`, else black; one of the two always can."""
    return WHITE if contrast(WHITE, color) >= ENOUGH else BLACK


@lru_cache(maxsize=1024)
def readable_link(color: str, ground: str = LINK_GROUND) -> str:
    """`color`, darkened no more than it takes to be read as text on `ground` and on white."""
    parts = parse_color(color)
    for brightness in range(255, -1, -1):
        darkened = _to_hex(parts, brightness)
        if contrast(darkened, ground) >= ENOUGH:
            return darkened
    raise ValueError(f"Nothing can be read on {ground}.")


@lru_cache(maxsize=1024)
def readable_in_the_dark(color: str, ground: str = DARK_GROUND) -> str:
    """`color`, lightened no more than it takes to be read as text on `ground` and on anything darker."""
    red, green, blue = parse_color(color)
    for step in range(256):
        lightened = "#" + "".join(f"{part + (255 - part) * step // 255:02x}" for part in (red, green, blue))
        if contrast(lightened, ground) >= ENOUGH:
            return lightened
    raise ValueError(f"Nothing can be read on {ground}.")


def _to_hex(parts: RGB, brightness: int) -> str:
    return "#" + "".join(f"{part * brightness // 255:02x}" for part in parts)


def _luminance(rgb: RGB) -> float:
    red, green, blue = (_linear(part / 255) for part in rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
