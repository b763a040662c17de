"""`{% load account_words %}`: languages, places and people as sentences name them."""

from collections.abc import Sequence

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import pgettext

from desk.pages import city_of
from ui.languages import name_of_language

register = template.Library()


@register.filter
def language_in_words(code: str) -> str:
    return name_of_language(code)


@register.filter
def city(zone: str) -> str:
    return city_of(zone)


@register.filter
def named(names: Sequence[str]) -> SafeString:
    """“Paul, Nadia and Marc”, each name in bold type; there is at least one."""
    *first, last = names
    if not first:
        return format_html("<strong>{}</strong>", last)
    joined = format_html_join(", ", "<strong>{}</strong>", ((name,) for name in first))
    return format_html("{} {} <strong>{}</strong>", joined, pgettext("between the last two of several names", "and"), last)
