"""Light or dark by the reader's device, and by force for previews. What is computed is looked at in a browser by `make gallery`."""

import re

import pytest

from templates_email.scheme import as_dark, as_light
from tests.templates_email.examples import EVERY_EMAIL, rendered

_NIGHT = "@media (prefers-color-scheme: dark)"


def test_every_email_says_that_it_has_both_schemes() -> None:
    for event, language in EVERY_EMAIL:
        html = rendered(event, language).html
        for name in ("color-scheme", "supported-color-schemes"):
            assert html.count(f'<meta name="{name}" content="light dark" />') == 1
        assert html.count(_NIGHT) == 1


def test_every_element_with_a_colour_of_its_own_has_one_for_the_dark() -> None:
    """Whatever says its ground or its text colour in its style also has a class that the dark rules name, on it or around it."""
    for event, language in EVERY_EMAIL:
        html = rendered(event, language).html
        named = set(re.findall(r"\.([a-z]+)", html.partition(_NIGHT)[2].partition("[data-ogsc]")[0]))
        body = re.sub(r"<!--\[if mso.*?endif\]-->|<div style=\"display:none.*?</div>", "", html.partition("<body")[2], flags=re.S)
        for element in re.finditer(r'<(?:td|div|span|a|strong)(?: [^>]*)? class="([^"]*)"[^>]*>', body):
            assert set(element[1].split()) & (named | {"wide", "signs", "mj-outlook-group-fix"}), element[0]
        for quiet in re.finditer(r"<span[^>]*color:#595959[^>]*>", body):
            assert 'class="quiet"' in quiet[0]


@pytest.mark.parametrize(("force", "media", "scheme"), [(as_dark, "@media all", "dark"), (as_light, "@media not all", "light")])
def test_scheme_is_forced_in_the_head_and_nothing_else_changes(force, media: str, scheme: str) -> None:  # type: ignore[no-untyped-def]
    typed = f"light dark, {_NIGHT}"
    html = rendered(*EVERY_EMAIL[0], values={"TITLE": typed, "CONTEXT": typed}).html
    forced = force(html)
    head, body = forced.split("</head>")
    assert body == html.partition("</head>")[2]
    assert f"{media} {{" in head and f"{_NIGHT} {{" not in head
    assert head.count(f'content="{scheme}"') == 2 and f":root {{ color-scheme: {scheme};" in head


def test_html_without_rules_for_the_dark_is_refused() -> None:
    with pytest.raises(ValueError, match="no rules for the dark"):
        as_dark("<html><head></head><body></body></html>")
