"""The shells around every page, and the pages that need nothing."""

import re
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from tests.ui.pages import MEMBER, NAV, SignedIn, get, lumiere, one_line, render
from ui.shell import AccountChoice, Visitor

DESK = '{% extends "ui/desk.html" %}{% block title %}Today{% endblock %}{% block heading %}Today{% endblock %}'
PORTAL = '{% extends "ui/portal.html" %}{% block title %}To do{% endblock %}'
PUBLIC = '{% extends "ui/public.html" %}{% block title %}Gone{% endblock %}{% block heading %}Gone{% endblock %}'
AUTH = '{% extends "ui/auth.html" %}{% block title %}Sign in{% endblock %}'
ERRORS = ["400.html", "403.html", "403_csrf.html", "404.html", "429.html", "500.html"]


def portal(**context: Any) -> str:
    values: dict[str, Any] = {"brand": lumiere(), "nav": NAV, "visitor": Visitor("Nadia Lefèvre", "Boulangerie Lefèvre SRL"), **context}
    return one_line(render(PORTAL, csp_nonce="n0nce", **values))


def test_desk_has_title_navigation_and_foot() -> None:
    html = one_line(render(DESK, nav=NAV, member=MEMBER, user=SignedIn(), search_url="/search/"))
    assert "<title>Today · Cabinet Lumière · Relance</title>" in html
    assert '<li class="nav-item active"><a class="nav-link" href="/" aria-current="page">' in html
    assert '<span class="badge bg-red-lt">11<span class="visually-hidden"> overdue</span></span>' in html
    assert '<h1 class="page-title">Today</h1>' in html
    assert "Cabinet Lumière · Owner" in html
    assert 'role="search" aria-label="Everything" action="/search/"' in html


def test_desk_without_a_search_page_has_no_search_form() -> None:
    assert 'role="search"' not in render(DESK, nav=NAV, member=MEMBER)


def test_first_link_of_every_page_skips_to_its_content() -> None:
    html = render(DESK, nav=NAV, member=MEMBER)
    assert re.findall(r'<a [^>]*href="([^"]+)"', html)[0] == "#main"
    assert '<main id="main" tabindex="-1">' in html


def test_htmx_is_set_for_a_strict_policy_and_sends_the_token() -> None:
    html = render(DESK, nav=NAV, member=MEMBER)
    assert '"includeIndicatorStyles": false, "allowEval": false, "selfRequestsOnly": true' in html
    assert """hx-headers='{"X-CSRFToken": "token-of-the-page"}'""" in html


@pytest.mark.parametrize("source", [DESK, PORTAL, PUBLIC, AUTH])
def test_shells_have_no_inline_style_or_script(source: str) -> None:
    html = render(source, nav=NAV, member=MEMBER, brand=lumiere(), csp_nonce="n0nce", user=SignedIn(), accounts=[])
    assert not re.search(r"\sstyle=|\son[a-z]+=|javascript:", html)
    assert re.findall(r"<style[^>]*>", html) in ([], ['<style nonce="n0nce">'])
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", html))


def test_language_of_the_page_is_the_readers() -> None:
    with translation.override("fr"):
        html = render(DESK, nav=NAV, member=MEMBER)
    assert '<html lang="fr">' in html
    assert "Aller au contenu" in html


def test_portal_has_the_firms_look_and_no_product_name() -> None:
    html = portal(user=SignedIn())
    assert "<title>To do · Cabinet Lumière</title>" in html
    assert '<style nonce="n0nce">:root, [data-bs-theme="light"] { --tblr-primary: #1d5546;' in html
    assert '<span class="brand-mark brand-initials" aria-hidden="true">CL</span>' in html
    assert "12 quai Saint-Antoine, 69002 Lyon" in html
    assert '<a class="inline-link text-reset text-nowrap" href="tel:0472000000">04 72 00 00 00</a>' in html
    assert "Relance" not in html.replace("relance.css", "")


def test_portal_shows_the_firms_logo() -> None:
    brand = lumiere()
    html = portal(brand=type(brand)(**{**brand.__dict__, "logo_url": "/logo/x/1/"}))
    assert '<img class="brand-logo" src="/logo/x/1/" alt="">' in html


def test_account_can_be_changed_only_where_there_are_several() -> None:
    bakery = AccountChoice("Boulangerie Lefèvre SRL", "/switch/a/", "4 things to do", current=True)
    family = AccountChoice("Famille Lefèvre", "/switch/b/", "Nothing to do")
    assert "Switch account" not in portal(user=SignedIn(), accounts=[bakery])
    html = portal(user=SignedIn(), accounts=[bakery, family])
    assert "You are in the account <strong>Boulangerie Lefèvre SRL</strong>." in html
    assert '<form method="post" action="/switch/b/">' in html
    assert html.count('aria-current="true"') == 1


def test_visitor_by_link_finds_no_way_to_sign_out() -> None:
    html = portal()
    assert "Sign out" not in html
    assert "Nadia Lefèvre" in html


def test_signed_in_visitor_signs_out_by_post() -> None:
    assert re.search(r'<form method="post" action="[^"]+">(?:(?!</form>).)*Sign out</button></form>', portal(user=SignedIn()))


def test_public_page_is_the_firms_or_nobodys() -> None:
    assert "Cabinet Lumière" in render(PUBLIC, brand=lumiere(), csp_nonce="n")
    neutral = render(PUBLIC)
    assert "<title>Gone</title>" in neutral
    assert "Relance" not in neutral.replace("relance.css", "")


def test_sign_in_is_the_products_or_the_firms() -> None:
    assert "<title>Sign in · Relance</title>" in render(AUTH)
    assert "<title>Sign in · Cabinet Lumière</title>" in render(AUTH, brand=lumiere(), csp_nonce="n")


@pytest.mark.parametrize("template", ERRORS)
def test_error_page_needs_nothing_and_speaks_both_languages(template: str) -> None:
    html = one_line(render_to_string(template))
    assert html.startswith('<!doctype html><html lang="en">')
    assert re.findall(r'<section lang="(..)"', html) == ["en", "fr"]
    assert "Go to the start page" in html
    assert "Aller à la page d’accueil" in html
    assert len(re.findall(r"<h1", html)) == 1
    assert "Relance" not in html.replace("relance.css", "")


@pytest.mark.parametrize("template", ERRORS)
def test_error_page_begins_with_the_readers_language(template: str) -> None:
    with translation.override("fr"):
        html = render_to_string(template, request=None)
    assert re.findall(r'<(?:html|section) lang="(..)"', html) == ["fr", "fr", "en"]


def test_page_address_survives_the_change_of_language() -> None:
    html = render(DESK, get("/accounts/?tag=vat&page=2"), nav=NAV, member=MEMBER)
    assert '<input type="hidden" name="next" value="/accounts/?tag=vat&amp;page=2">' in html
