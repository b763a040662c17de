"""Every page in its reader's language and by their clock."""

from typing import Any

import pytest
from django.test import Client

from clients.models import Contact
from firms.models import Staff
from tenancy.context import firm_context
from tests.people import Lumiere, Peeters
from tests.signing import asked, follow_link, make_client_user, signed_in

Firms = tuple[Lumiere, Peeters]


def language(answer: Any) -> str:
    return str(answer["Content-Language"])


def test_browser_s_language_where_nobody_is_known(client: Client, db: None) -> None:
    answers = [client.get("/sign-in/", HTTP_ACCEPT_LANGUAGE=wanted) for wanted in ("fr-BE,fr;q=0.9", "en-GB", "ja")]
    assert [language(answer) for answer in answers] == ["fr", "en", "en"]


def test_contact_s_language_by_link(client: Client, two_firms: Firms) -> None:
    lumiere, _ = two_firms
    action = asked(lumiere)
    follow_link(client, action, lumiere.nadia_address)
    assert language(client.get(f"/a/{action.code}/", HTTP_ACCEPT_LANGUAGE="en")) == "fr"  # the firm's: nothing nearer is set
    with firm_context(lumiere.firm.pk):
        Contact.objects.filter(pk=lumiere.nadia.pk).update(language="en")
    assert language(client.get(f"/a/{action.code}/", HTTP_ACCEPT_LANGUAGE="fr")) == "en"


def test_contact_s_language_signed_in(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    client = signed_in(make_client_user(lumiere.firm, lumiere.nadia_address))
    del client.cookies["django_language"]
    assert language(client.get("/portal/", HTTP_ACCEPT_LANGUAGE="en")) == "fr"


def test_staff_s_own_language(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    client = signed_in(lumiere.claire)
    del client.cookies["django_language"]
    with firm_context(lumiere.firm.pk):
        Staff.objects.filter(pk=lumiere.claire.pk).update(language="fr")
    assert language(client.get("/", HTTP_ACCEPT_LANGUAGE="en")) == "fr"


@pytest.mark.parametrize("path", ["/sign-in/", "/l/x/"])
def test_choice_in_the_foot_is_kept(client: Client, db: None, path: str) -> None:
    client.post("/language/", {"language": "fr", "next": path})
    assert language(client.get(path, HTTP_ACCEPT_LANGUAGE="en")) == "fr"


def test_hours_are_the_reader_s(client: Client, two_firms: Firms) -> None:
    lumiere, _ = two_firms
    action = asked(lumiere)
    follow_link(client, action, lumiere.nadia_address)
    assert client.get(f"/a/{action.code}/").context["zone"] == "Paris"
    with firm_context(lumiere.firm.pk):
        Contact.objects.filter(pk=lumiere.nadia.pk).update(time_zone="America/Martinique")
    assert client.get(f"/a/{action.code}/").context["zone"] == "Martinique"
