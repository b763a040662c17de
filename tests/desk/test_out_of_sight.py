"""Names of what a member of staff does not see stand on no page of theirs, nor in a refusal."""

import pytest
from django.test import Client

from clients.models import Account, AccountTag, Group, Tag
from clients.people import unlink_contact
from firms.actors import Actor
from tests.desk.conftest import NOW, SignIn
from tests.desk.reading import main_of, read
from tests.factories import AddressFactory, ContactFactory
from tests.people import Lumiere, link
from tests.signing import asked

pytestmark = pytest.mark.rule("M30")
HIDDEN = ("Tilleuls", "Secret mission")


@pytest.fixture
def paulo(lumiere: Lumiere, sign_in: SignIn) -> Client:
    """He manages the bakery alone. In the other account an open request names Nadia and Paul, who have both left it."""
    Account.objects.filter(pk=lumiere.bakery.pk).update(manager=lumiere.paulo)
    for address in (lumiere.paul_address, AddressFactory(firm=lumiere.firm, contact=ContactFactory(firm=lumiere.firm))):
        link(lumiere.tilleuls, address)
    link(lumiere.bakery, AddressFactory(firm=lumiere.firm, contact=ContactFactory(firm=lumiere.firm)))
    asked(lumiere, account=lumiere.tilleuls, title="Secret mission", signers=[lumiere.nadia, lumiere.paul])
    for contact in (lumiere.nadia, lumiere.paul):
        unlink_contact(account=lumiere.tilleuls, contact=contact, by=Actor.staff(lumiere.claire), now=NOW)
    return sign_in(lumiere.paulo)


def names_nothing(text: str) -> bool:
    return not any(word in text for word in HIDDEN)


def test_a_contacts_page_counts_the_requests_in_sight(lumiere: Lumiere, paulo: Client) -> None:
    page = main_of(paulo.get(f"/contacts/{lumiere.nadia.code}/")).text
    assert ("Waited for" in page, names_nothing(page)) == (False, True)
    asked(lumiere, account=lumiere.bakery)
    assert "Waited for in 1 open request" in main_of(paulo.get(f"/contacts/{lumiere.nadia.code}/")).text


def test_why_somebody_is_not_archived_names_what_is_in_sight(lumiere: Lumiere, paulo: Client) -> None:
    asked(lumiere, account=lumiere.bakery, title="Lettre de mission")
    said = read(paulo.post(f"/contacts/{lumiere.nadia.code}/archive/", follow=True)).text
    assert "“Lettre de mission” (Boulangerie Lefèvre SRL), a request in an account that you do not see." in said
    assert names_nothing(said)


def test_why_two_are_not_merged_names_nothing_out_of_sight(lumiere: Lumiere, paulo: Client, sign_in: SignIn) -> None:
    path = f"/contacts/{lumiere.nadia.code}/merge/"
    preview = read(paulo.get(path, {"with": lumiere.paul.code})).text
    done = read(paulo.post(path, {"with": lumiere.paul.code}, follow=True)).text
    for text in (preview, done):
        assert "an open request in an account that you do not see names both" in text and names_nothing(text)
    assert "“Secret mission” (SCI des Tilleuls) names both" in read(sign_in(lumiere.claire).get(path, {"with": lumiere.paul.code})).text


@pytest.mark.parametrize("path", ["/accounts/", "/accounts/new/"])
def test_groups_and_tags_are_offered_of_accounts_in_sight(lumiere: Lumiere, paulo: Client, sign_in: SignIn, path: str) -> None:
    own, other = (Group.objects.create(firm=lumiere.firm, name=name) for name in ("Commerces", "Famille Zylberstein"))
    mine, theirs = (Tag.objects.create(firm=lumiere.firm, name=name) for name in ("Payroll", "Divorce Zylberstein"))
    Account.objects.filter(pk=lumiere.bakery.pk).update(group=own)
    Account.objects.filter(pk=lumiere.tilleuls.pk).update(group=other)
    AccountTag.objects.create(firm=lumiere.firm, account=lumiere.bakery, tag=mine)
    AccountTag.objects.create(firm=lumiere.firm, account=lumiere.tilleuls, tag=theirs)
    lumiere.paulo.rights = ["manage_accounts"]
    lumiere.paulo.save()
    page = sign_in(lumiere.paulo).get(path).content.decode()
    assert ("Commerces" in page, "Zylberstein" in page) == (True, False)
    assert "Famille Zylberstein" in sign_in(lumiere.claire).get(path).content.decode()


@pytest.mark.parametrize(("things", "path"), [(Group, "groups"), (Tag, "tags")])
def test_no_code_at_all_is_no_error(lumiere: Lumiere, sign_in: SignIn, things: type[Group] | type[Tag], path: str) -> None:
    one = things.objects.create(firm=lumiere.firm, name="Commerces")
    browser = sign_in(lumiere.claire)
    assert browser.post(f"/settings/{path}/{one.code}/merge/", {"into": "a\0b"}).status_code in (200, 404)
    assert things.objects.get() == one


@pytest.mark.parametrize("path", ["groups", "tags"])
def test_accounts_are_counted_as_the_list_shows_them(lumiere: Lumiere, sign_in: SignIn, path: str) -> None:
    group, tag = Group.objects.create(firm=lumiere.firm, name="Commerces"), Tag.objects.create(firm=lumiere.firm, name="Payroll")
    for account in (lumiere.bakery, lumiere.tilleuls):
        AccountTag.objects.create(firm=lumiere.firm, account=account, tag=tag)
    Account.objects.update(group=group)
    Account.objects.filter(pk=lumiere.tilleuls.pk).update(archived_at=NOW)
    (row,) = main_of(sign_in(lumiere.claire).get(f"/settings/{path}/")).rows
    assert "1" in [cell.split()[0] for cell in row]
