"""Renders templates as a request would, without a database or the context processors of the apps above."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.safestring import SafeString

from ui.shell import Brand, Member, NavItem, make_brand

NAV = [
    NavItem("Start", "/", "home", active=True),
    NavItem("Requests", "/requests/", "checklist", badge="11", badge_title="overdue", badge_color="red"),
]
MEMBER = Member("Claire Moreau", "Cabinet Lumière", "Owner")


class SignedIn:
    is_authenticated = True
    last_login = None


def lumiere(color: str = "#1d5546") -> Brand:
    return make_brand(name="Cabinet Lumière", color=color, address_line="12 quai Saint-Antoine, 69002 Lyon", phone="04 72 00 00 00")


def get(path: str = "/") -> HttpRequest:
    return RequestFactory().get(path)


def render(source: str, request: HttpRequest | None = None, **context: Any) -> SafeString:
    values = {"request": request or get(), "user": AnonymousUser(), "csrf_token": "token-of-the-page", **context}
    return Template("{% load i18n ui %}" + source if "{% extends" not in source else source).render(Context(values))


def one_line(html: str) -> str:
    """Without the line breaks and the space between tags, which differ and mean nothing."""
    return " ".join(html.split()).replace("> <", "><")
