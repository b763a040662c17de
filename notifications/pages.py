"""The addresses of the pages that e-mails lead to. Whoever sends them need not load all that the product can show: 26 MB."""

from functools import cache

from django.conf import settings
from django.urls import reverse

PATHS = {"home": "/", "copy_of_link": "/copy/", "firm_logo": "/logo/{}/{}/", "social_icon": "/icon/{}.png"}  # what most of them name


def page_url(name: str, *args: object) -> str:
    """`name` is that of the URL."""
    path = PATHS[name].format(*args) if name in PATHS else _path(name, *args)
    return f"{settings.SITE_URL}{path}"


@cache
def _path(name: str, *args: object) -> str:
    return reverse(name, args=args)
