"""Tabler's outline icons as inline SVG, read once each from the folder ICONS_DIR."""

import re
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_DRAWING = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
_FRAME = re.compile(r'\s*<path stroke="none"[^>]*/>')  # an invisible square around every drawing


class UnknownIcon(LookupError):
    """A template asks for an icon that Tabler does not have."""


def icon_svg(name: str, css_class: str = "") -> SafeString:
    """The icon `name` in the colour of the text around it, hidden from screen readers: words carry the meaning."""
    return format_html(
        '<svg class="icon{}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-linecap="round"'
        ' stroke-linejoin="round" aria-hidden="true">{}</svg>',
        f" {css_class}" if css_class else "",
        icon_drawing(name),
    )


def icon_drawing(name: str) -> SafeString:
    """What stands inside the icon's <svg>, 24 units wide and high: lines without a colour of their own."""
    return _drawing(Path(settings.ICONS_DIR), name)


@cache
def _drawing(folder: Path, name: str) -> SafeString:
    file = folder / f"{name}.svg"
    if not _NAME.fullmatch(name) or not file.is_file():
        raise UnknownIcon(_sentence(folder, name))
    drawing = _DRAWING.search(file.read_text(encoding="utf-8"))
    if drawing is None:
        raise UnknownIcon(f"The icon file {file} holds no drawing.")
    return mark_safe(_FRAME.sub("", drawing.group(1)).strip())


def _sentence(folder: Path, name: str) -> str:
    if not folder.is_dir():
        return f"The icon “{name}” cannot be read: there is no folder {folder}. Install the browser assets with `npm ci`."
    near = get_close_matches(name, [file.stem for file in folder.glob("*.svg")], n=3)
    hint = f" Near it: {', '.join(near)}." if near else ""
    return f"There is no icon “{name}” among Tabler’s outline icons.{hint}"
