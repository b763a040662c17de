"""The signs of networks as PNG, for mail programs, which show no SVG."""

from functools import cache

import resvg_py

from ui.icons import icon_drawing

# A square that stands off a pale ground and off a dark one alike, with Tabler's drawing of the network on it.
_SIGN = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 56 56"><rect width="56" height="56" rx="12" fill="#666666"/>'
    '<g transform="translate(10 10) scale(1.5)" fill="none" stroke="#ffffff" stroke-width="2" stroke-linecap="round"'
    ' stroke-linejoin="round">{}</g></svg>'
)
SIDE = 56  # pixels: twice as many as it is shown in


@cache
def sign_png(network: str) -> bytes:
    """Raises `ui.icons.UnknownIcon` where Tabler knows no such brand."""
    svg = _SIGN.format(icon_drawing(f"brand-{network}"))
    return resvg_py.svg_to_bytes(svg_string=svg, width=SIDE, height=SIDE, skip_system_fonts=True)
