"""What of a file is shown on a page: a PDF's pages and what they say, pictures made anew. Drawn once, kept beside the content."""

import json

from files.pdf import NotAPdf, draw_page, read_texts
from files.sandbox import CannotDraw, answer_of
from files.stored import Stored, keep, read_kept
from files.types import is_picture_to_show

WIDTH = HEIGHT = 1600  # pixels


def page_picture(stored: Stored, number: int) -> bytes:
    """Page `number` (from 1) as PNG, drawn once; nothing at all for a page that cannot be drawn, which is tried once too."""
    name = stored.beside(f"page-{number}.png")
    kept = read_kept(name)
    if kept is None:
        try:
            kept = draw_page(stored.content(), number)
        except NotAPdf:
            kept = b""
        keep(name, kept)
    return kept


def page_texts(stored: Stored) -> list[str]:
    """What each page says, read once; nothing where that cannot be read."""
    name = stored.beside("texts.json")
    kept = read_kept(name)
    if kept is None:
        try:
            texts = read_texts(stored.content())
        except NotAPdf:
            texts = [""] * stored.pages
        kept = json.dumps(texts).encode()
        keep(name, kept)
    return [str(text) for text in json.loads(kept)]


def is_picture(stored: Stored) -> bool:
    """Whether it can be tried to show it as a picture."""
    return is_picture_to_show(stored.content_type, stored.size)


def picture(stored: Stored) -> bytes:
    """The picture as a PNG of ours; nothing at all for one that cannot be made anew, which is tried once too."""
    name = stored.beside("picture.png")
    kept = read_kept(name)
    if kept is None:
        try:
            kept = answer_of("picture", stored.content(), WIDTH, HEIGHT) if is_picture(stored) else b""
        except CannotDraw:
            kept = b""
        keep(name, kept)
    return kept
