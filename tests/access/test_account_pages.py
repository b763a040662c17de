"""The pages of sign-in and passwords: the product's look for staff, the firm's for its clients."""

import re
from typing import Any

import pytest
from allauth.account.forms import ChangePasswordForm, LoginForm, ResetPasswordForm, ResetPasswordKeyForm
from django.forms import Form
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from tests.ui.pages import lumiere, one_line

PAGES: dict[str, type[Form] | None] = {
    "login": LoginForm,
    "logout": None,
    "password_reset": ResetPasswordForm,
    "password_reset_done": None,
    "password_reset_from_key": ResetPasswordKeyForm,
    "password_reset_from_key_done": None,
    "password_change": ChangePasswordForm,
}


def drawn(page: str, data: dict[str, str] | None = None, **context: Any) -> str:
    make = PAGES[page]
    values = {"form": make(data) if make else None, "request": RequestFactory().get("/sign-in/"), "csp_nonce": "n", **context}
    return one_line(render_to_string(f"account/{page}.html", values))


@pytest.mark.parametrize("page", PAGES)
def test_staff_see_the_product(page: str) -> None:
    html = drawn(page)
    assert re.search(r"<title>[^<]+ · Relance</title>", html)
    assert html.count("<h1") == 1


@pytest.mark.parametrize("page", PAGES)
def test_clients_see_their_firm_and_no_product(page: str) -> None:
    html = drawn(page, brand=lumiere())
    assert re.search(r"<title>[^<]+ · Cabinet Lumière</title>", html)
    assert "Relance" not in html.replace("relance.css", "")


@pytest.mark.parametrize("page", PAGES)
def test_no_page_has_inline_styles_or_an_empty_link(page: str) -> None:
    html = drawn(page)
    assert not re.search(r'\sstyle=|\son[a-z]+=|href="(#)?"', html)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_speaks_french(page: str) -> None:
    with translation.override("fr"):
        french = drawn(page)
    assert '<html lang="fr">' in french
    assert re.findall(r"<h1[^>]*>([^<]+)", french) != re.findall(r"<h1[^>]*>([^<]+)", drawn(page))


def test_sign_in_has_labels_and_no_placeholders() -> None:
    html = drawn("login")
    assert '<label class="form-label" for="id_login">E-mail</label>' in html
    assert 'autocomplete="current-password"' in html
    assert 'placeholder=""' in html
    assert not re.search(r'placeholder="[^"]', html)
    assert ">Forgotten?</a>" in html


def test_refused_sign_in_keeps_the_address_and_ties_the_error_to_it() -> None:
    html = drawn("login", {"login": "claire", "password": "x"})
    assert 'value="claire"' in html
    assert 'aria-describedby="id_login_error"' in html
    assert 'id="id_login_error"' in html


def test_sign_in_posts_to_its_own_address() -> None:
    assert '<form method="post" action="/sign-in/" novalidate>' in drawn("login")


def test_reset_leads_back_to_the_sign_in_one_came_from() -> None:
    assert 'href="/c/lumiere/"' in drawn("password_reset", sign_in_url="/c/lumiere/")


def test_used_link_offers_a_new_one() -> None:
    html = drawn("password_reset_from_key", token_fail=True)
    assert "This link is no longer valid" in html
    assert ">Send me a new link</a>" in html
    assert 'type="password"' not in html
