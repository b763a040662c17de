"""The pages that e-mails lead to are where the product has them."""

from datetime import timedelta
from typing import Never

import pytest
from django.conf import settings
from django.urls import reverse

from firms.models import Firm
from notifications.pages import PATHS, page_url
from tests.factories import START
from tests.mail import Mailbox
from tests.people import Lumiere
from tests.story import ask_signature, evening, live


@pytest.mark.parametrize("name", PATHS)
def test_each_is_where_its_name_leads(name: str) -> None:
    of = ["7", "8"][: PATHS[name].count("{}")]
    assert page_url(name, *of) == settings.SITE_URL + reverse(name, args=of)


def test_any_other_is_looked_up() -> None:
    assert page_url("portal_documents") == f"{settings.SITE_URL}/portal/documents/"


def test_asking_and_reminding_load_no_pages(lumiere: Lumiere, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dispatcher holds 26 MB less."""
    looks = {"copy_on": True, "copy_to": "copies@lumiere.example", "linkedin": "https://linkedin.example/lumiere"}
    Firm.objects.filter(pk=lumiere.firm.pk).update(logo="logo.png", logo_width=200, logo_height=50, **looks)
    ask_signature(lumiere)

    def load(*_: object) -> Never:
        raise AssertionError("All pages would be loaded.")

    monkeypatch.setattr("django.urls.base.get_resolver", load)
    live(START)
    live(evening(START + timedelta(days=3)))
    assert mailbox.addresses == ["copies@lumiere.example"] * 2 + ["nadia@lefevre.example"] * 2
