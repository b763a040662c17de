"""Draws a paper as PDF: the firm's letterhead, the parts, a place for each signature."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from demo.seed.texts import Paper, french

LEFT, RIGHT = 56.0, A4[0] - 56.0
BOX_WIDTH, BOX_HEIGHT, BOX_GAP = 158.0, 68.0, 22.0
BOXES_AT = 150.0  # the lower edge of the row of signatures
HEADING = ParagraphStyle("heading", fontName="Times-Bold", fontSize=10.5, leading=14, spaceBefore=10)
BODY = ParagraphStyle("body", fontName="Times-Roman", fontSize=10, leading=14.5)
GREY, RULE, SOFT = HexColor("#595959"), HexColor("#d4d4d4"), HexColor("#fff8e6")


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What stands at the top of each page."""

    firm: str
    address: tuple[str, ...]
    logo: Path | None = None


def draw_paper(paper: Paper, letterhead: Letterhead, signers: Sequence[str], values: dict[str, str]) -> bytes:
    """The PDF; `values` fill the texts: account, year, past, day."""
    file = BytesIO()
    canvas = Canvas(file, pagesize=A4, invariant=1)
    canvas.setTitle(_said(paper.title, values))
    canvas.setAuthor(letterhead.firm)
    pages = 2 if paper.rows else 1
    _draw_letterhead(canvas, letterhead)
    _draw_text(canvas, paper, values)
    _draw_foot(canvas, _said(paper.for_whom, values), signers, 1, pages)
    if paper.rows:
        canvas.showPage()
        _draw_letterhead(canvas, letterhead)
        _draw_table(canvas, paper, values)
        _draw_foot(canvas, _said(paper.for_whom, values), signers, 2, pages)
    canvas.save()
    return file.getvalue()


def _said(text: str, values: dict[str, str]) -> str:
    return french(text.format(**values))


def _draw_letterhead(canvas: Canvas, letterhead: Letterhead) -> None:
    x, y = LEFT, A4[1] - 76
    if letterhead.logo is not None:
        canvas.drawImage(ImageReader(letterhead.logo), x, y - 8, 27, 27, mask="auto")
        x += 37
    canvas.setFont("Times-Bold", 13)
    canvas.drawString(x, y, letterhead.firm)
    canvas.setFont("Times-Roman", 8.5)
    canvas.setFillColor(GREY)
    for line, text in enumerate(letterhead.address):
        canvas.drawRightString(RIGHT, y + 10 - 11 * line, text)
    canvas.setFillColor(HexColor("#000000"))


def _draw_text(canvas: Canvas, paper: Paper, values: dict[str, str]) -> None:
    canvas.setFont("Times-Bold", 20)
    canvas.drawString(LEFT, A4[1] - 136, _said(paper.title, values))
    canvas.setFont("Times-Roman", 9.5)
    canvas.setFillColor(GREY)
    canvas.drawString(LEFT, A4[1] - 156, _said(paper.subtitle, values))
    canvas.setFillColor(HexColor("#000000"))
    y = A4[1] - 176
    for heading, body in paper.parts:
        y = _draw_paragraph(canvas, heading, HEADING, y - 12)
        y = _draw_paragraph(canvas, _said(body, values), BODY, y - 1)
    _draw_paragraph(canvas, _said(paper.place, values), BODY, y - 26)


def _draw_paragraph(canvas: Canvas, text: str, style: ParagraphStyle, top: float) -> float:
    """Draws below `top` and gives where it ends."""
    paragraph = Paragraph(escape(text), style)
    _, height = paragraph.wrap(RIGHT - LEFT, A4[1])
    paragraph.drawOn(canvas, LEFT, top - height)
    return top - float(height)


def _draw_table(canvas: Canvas, paper: Paper, values: dict[str, str]) -> None:
    canvas.setFont("Times-Bold", 15)
    canvas.drawString(LEFT, A4[1] - 132, _said(paper.annex, values))
    canvas.setFont("Times-Roman", 10.5)
    canvas.setStrokeColor(RULE)
    for line, (left, right) in enumerate(paper.rows):
        y = A4[1] - 164 - 25 * line
        canvas.drawString(LEFT, y, _said(left, values))
        canvas.drawRightString(RIGHT, y, _said(right, values))
        canvas.line(LEFT, y - 9, RIGHT, y - 9)


def _draw_foot(canvas: Canvas, for_whom: str, signers: Sequence[str], page: int, pages: int) -> None:
    canvas.setFont("Times-Bold", 9.5)
    canvas.drawString(LEFT, BOXES_AT + BOX_HEIGHT + 12, for_whom)
    for place, name in enumerate(signers[:3]):
        x = LEFT + place * (BOX_WIDTH + BOX_GAP / 2)
        canvas.setFillColor(SOFT)
        canvas.setStrokeColor(HexColor("#b98400"))
        canvas.setDash(4, 3)
        canvas.roundRect(x, BOXES_AT, BOX_WIDTH, BOX_HEIGHT, 4, fill=1)
        canvas.setDash()
        canvas.setFillColor(GREY)
        canvas.setFont("Helvetica", 7.5)
        canvas.drawString(x + 10, BOXES_AT + 9, name)
        canvas.setFillColor(HexColor("#000000"))
    canvas.setFont("Times-Roman", 8.5)
    canvas.drawCentredString(A4[0] / 2, 56, f"{page} / {pages}")
