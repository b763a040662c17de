"""What nobody wrote speaks the language of whom it is to, of one account and of many."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from actions.models import Action
from clients.models import AccountAddress, Contact
from firms.actors import Actor
from kinds.documents.enums import Rhythm
from kinds.documents.rules import Period
from reminders.asking.batches import confirm_batch, start_batch, word_batch
from reminders.enums import PeopleRule
from reminders.words import Words
from tenancy.context import firm_context
from tests.approving import CSV, upload
from tests.factories import START, AddressFactory, ContactFactory
from tests.people import Lumiere, Peeters, link
from tests.reminders.asking.batches import worked
from tests.signing import signed_in

Firms = tuple[Lumiere, Peeters]
OCTOBER = Period.of(Rhythm.MONTH, date(2026, 10, 1))
FRENCH = "Merci de nous envoyer ces documents. Une photo prise avec votre téléphone suffit, pourvu que tout soit lisible."
ENGLISH = "Please send us these documents. A photo from your phone is enough, as long as everything can be read."


@pytest.fixture
def lumiere(two_firms: Firms) -> Lumiere:
    """Nadia and Paul read French; Aaron, whose name comes first, reads English and is not notified."""
    lumiere, _ = two_firms
    with firm_context(lumiere.firm.pk):
        aaron = ContactFactory.create(firm=lumiere.firm, first_name="Aaron", last_name="Abel", language="en")
        link(lumiere.bakery, AddressFactory.create(firm=lumiere.firm, contact=aaron, email="aaron@lefevre.example"), notify=False)
    return lumiere


@pytest.fixture
def claire(lumiere: Lumiere) -> Client:
    return signed_in(lumiere.claire)


def aaron(lumiere: Lumiere) -> Contact:
    with firm_context(lumiere.firm.pk):
        return Contact.objects.get(first_name="Aaron")


def path(lumiere: Lumiere, kind: str = "documents") -> str:
    return f"/requests/new/{kind}/?account={lumiere.bakery.code}"


def asked(claire: Client, lumiere: Lumiere, kind: str = "documents", **changes: Any) -> Action:
    body = {"period": OCTOBER.key, "every_days": "3", "at_most": "1", **changes}
    assert claire.post(path(lumiere, kind), body).status_code == 302
    with firm_context(lumiere.firm.pk):
        return Action.objects.latest("pk")


@pytest.mark.rule("D33")
def test_the_message_is_proposed_in_the_language_of_those_who_hear_of_it(lumiere: Lumiere, claire: Client) -> None:
    assert claire.get(path(lumiere)).context["form"]["message"].value() == FRENCH
    with firm_context(lumiere.firm.pk):
        AccountAddress.objects.filter(account=lumiere.bakery).update(notify=False)
        AccountAddress.objects.filter(address__contact=aaron(lumiere)).update(notify=True)
    assert claire.get(path(lumiere)).context["form"]["message"].value() == ENGLISH


@pytest.mark.rule("D33")
@pytest.mark.parametrize(("first_name", "message"), [("Aaron", ENGLISH), ("Nadia", FRENCH)])
def test_the_message_is_proposed_anew_when_people_are_ticked(lumiere: Lumiere, claire: Client, first_name: str, message: str) -> None:
    with firm_context(lumiere.firm.pk):
        ticked = Contact.objects.get(first_name=first_name)
    address = f"/requests/new/documents/recipients/?account={lumiere.bakery.code}&people={ticked.code}"
    assert f'<template data-proposed-for="id_message">{message}</template>' in claire.get(address).content.decode()


@pytest.mark.rule("D33")
def test_what_is_left_alone_goes_in_the_language_of_those_ticked(lumiere: Lumiere, claire: Client) -> None:
    nadia = asked(claire, lumiere, message=ENGLISH, people=[lumiere.nadia.code])
    english = asked(claire, lumiere, message=FRENCH, people=[aaron(lumiere).code], go_on="on")
    written = asked(claire, lumiere, message="Merci !", title="Octobre", people=[aaron(lumiere).code], go_on="on")
    assert [(each.title, each.message) for each in (nadia, english, written)] == [
        ("Documents pour octobre 2026", FRENCH),
        ("Documents for October 2026", ENGLISH),
        ("Octobre", "Merci !"),
    ]


@pytest.mark.rule("D33")
def test_the_title_of_several_documents_speaks_the_language_of_those_ticked(lumiere: Lumiere, claire: Client) -> None:
    for people in ([lumiere.nadia.code], [aaron(lumiere).code]):
        asked(claire, lumiere, "approval", uploads=[upload("a.csv", CSV), upload("b.csv", CSV)], people=people, go_on="on")
    with firm_context(lumiere.firm.pk):
        titles = list(Action.objects.order_by("pk").values_list("title", flat=True))
    assert titles == ["A.csv et 1 autre document", "A.csv and 1 more document"]


@pytest.mark.rule("D33")
@pytest.mark.parametrize(
    ("title", "titles"),
    [
        ("Documents for October 2026", ["Documents pour octobre 2026", "Documents for October 2026"]),
        ("TVA October 2026", ["TVA October 2026", "TVA October 2026"]),
    ],
)
def test_of_many_accounts_each_gets_a_title_that_nobody_typed_in_its_own_language(lumiere: Lumiere, title: str, titles: list[str]) -> None:
    with firm_context(lumiere.firm.pk):
        lumiere.tilleuls.language = "en"
        lumiere.tilleuls.save()
        accounts = [lumiere.bakery.pk, lumiere.tilleuls.pk]
        Contact.objects.filter(pk=lumiere.nadia.pk).update(language="")
        batch = start_batch(staff=lumiere.claire, kind="documents", accounts=accounts, now=START)
        word_batch(batch=batch, words=Words(title), usual_message=True, rule=PeopleRule.EVERYBODY, payload={"period": OCTOBER.key})
        confirm_batch(batch=batch, asks_unheard=False, by=Actor.staff(lumiere.claire), now=START)
        worked(batch)
        asked = Action.objects.order_by("account__name_key").values_list("title", "message")
        assert list(asked) == list(zip(titles, [FRENCH, ENGLISH], strict=True))


def test_whoever_asks_is_told_when_a_message_leaves_that_waits_for_more(lumiere: Lumiere, claire: Client) -> None:
    body = {"title": "Bail", "message": "Bonjour.", "every_days": "3", "at_most": "1"}
    said = claire.post(path(lumiere, "chat"), body, follow=True).content.decode()
    assert "Asked: 2 people will be told at 10:10." in said
    assert "Asked: 2 people are told." in claire.post(path(lumiere), {**body, "period": OCTOBER.key}, follow=True).content.decode()
