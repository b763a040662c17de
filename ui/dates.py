"""Days as pages say them."""

import re
from datetime import date

from django.utils import formats

from ui.languages import reader_language

_FIRST = re.compile(r"(?<![\d:])1(?= [^\W\d]|$)")  # the first of a month, before its name or alone


def day_in_words(value: date, pattern: str) -> str:
    """As Django's `date_format`; the first of a month is “1er” in French, which Django does not know."""
    said = formats.date_format(value, pattern)
    return _FIRST.sub("1er", said, count=1) if reader_language() == "fr" else said
