"""The languages of the product, and the one that a page is read in."""

from babel import Locale
from django.conf import settings
from django.utils.translation import get_language, get_language_info


def named_languages() -> list[tuple[str, str]]:
    """Code and name of each, under its own name."""
    return [(code, str(get_language_info(code)["name_local"]).capitalize()) for code, _english in settings.LANGUAGES]


def reader_language() -> str:
    """The code of the language that whoever reads this page has chosen."""
    return (get_language() or settings.LANGUAGE_CODE)[:2]


def name_of_language(code: str) -> str:
    """In the reader's own words; nothing for none. An import can bring languages that the product does not speak."""
    if code in dict(settings.LANGUAGES):
        return str(get_language_info(code)["name_translated"])
    return str(Locale.parse(reader_language()).languages.get(code, code)).capitalize()
