"""LOGIN, suppliers and custom fields of a list, once they are written."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.addresses import replace_address
from clients.enums import FieldKind
from clients.importing.models import ClientImport
from clients.models import Account, AccountAddress, Address, CustomField, CustomValue
from firms.actors import Actor
from firms.login_refusals import REFUSALS_AN_HOUR
from firms.models import ActivityLine, User
from tenancy.context import firm_context
from tests.clients.importing.imports import checked, imported, uploaded
from tests.clients.importing.lists import file_of
from tests.factories import START
from tests.people import Lumiere, Peeters
from tests.signing import make_client_user

NADIA = ";Boulangerie Lefèvre SRL;Société;Nadia;Lefèvre;nadia@lefevre.example"


def codes(client_import: ClientImport) -> list[list[str]]:
    return [[found["code"] for found in row.problems] for row in client_import.rows.all()]


@pytest.mark.rule("C37", "M9")
def test_a_login_ends_with_its_last_login_switch_and_what_invited_to_it_is_void(lumiere: Lumiere) -> None:
    user = make_client_user(lumiere.firm, lumiere.nadia_address)  # LOGIN is on in both accounts
    imported(lumiere, file_of(f"{NADIA};non;"))
    user.refresh_from_db()
    lumiere.nadia_address.refresh_from_db()
    assert (user.is_active, lumiere.nadia_address.logins_ended) == (True, 0)
    imported(lumiere, file_of(";SCI des Tilleuls;;Nadia;Lefèvre;nadia@lefevre.example;non;"))
    user.refresh_from_db()
    lumiere.nadia_address.refresh_from_db()
    assert (user.is_active, lumiere.nadia_address.logins_ended) == (False, 1)
    imported(lumiere, file_of(f"{NADIA};oui;"))
    user.refresh_from_db()
    assert user.is_active is True  # they have chosen a password before


@pytest.mark.rule("B10", "B11")
def test_login_stays_off_for_what_signs_in_at_another_firm_and_the_firm_is_not_named(two_firms: tuple[Lumiere, Peeters]) -> None:
    lumiere, peeters = two_firms
    make_client_user(peeters.firm, peeters.lotte_address)
    with firm_context(lumiere.firm.pk):
        email = peeters.lotte_address.email
        client_import = imported(lumiere, file_of(f"C1;Garage Maes;Société;Lotte;Maes;{email};oui;oui"))
        use = AccountAddress.objects.get(address__email=email)
        assert (codes(client_import), use.login, use.notify) == ([["login_in_use"]], False, True)
        assert "Peeters" not in str(client_import.rows.get().problems)


@pytest.mark.rule("B10")
def test_a_list_does_not_tell_of_many_addresses_which_sign_in_elsewhere(two_firms: tuple[Lumiere, Peeters]) -> None:
    lumiere, peeters = two_firms
    taken = [f"c{n}@client.example" for n in range(REFUSALS_AN_HOUR + 1)]
    with firm_context(peeters.firm.pk):
        User.objects.bulk_create(User(firm=peeters.firm, side="client", email=email, password="!", created_at=START) for email in taken)
    with firm_context(lumiere.firm.pk):
        rows = [f"C{n};Garage {n};Société;Lotte;Maes {n};{email};oui;" for n, email in enumerate([*taken, "free@client.example"])]
        client_import = imported(lumiere, file_of(*rows))
        assert codes(client_import) == [["login_not_told"]] * len(rows)
        assert not AccountAddress.objects.filter(login=True, address__email__endswith="@client.example").exists()
        assert codes(checked(lumiere, file_of(f"C99;Garage 99;Société;Lotte;Maes;{taken[0]};oui;"))) == [["login_not_told"]]


def test_whether_an_address_signs_in_elsewhere_is_one_question_for_all(lumiere: Lumiere) -> None:
    counts = []
    for size in (1, 3):
        rows = [f"D{size}{n};Garage {size}{n};Société;Lotte;Maes {size}{n};l{size}.{n}@maes.example;oui;" for n in range(size)]
        with CaptureQueriesContext(connection) as queries:
            checked(lumiere, file_of(*rows))
        counts.append(sum("active_login_of" in query["sql"] for query in queries))
    assert counts == [1, 1]


@pytest.mark.rule("M24")
def test_who_becomes_a_supplier_has_no_login_left(lumiere: Lumiere) -> None:
    user = make_client_user(lumiere.firm, lumiere.paul_address)
    headings = "Nom du compte;Type;Relation"
    imported(lumiere, file_of("Boulangerie Lefèvre SRL;Société;Fournisseur", headings=headings))
    lumiere.bakery.refresh_from_db()
    user.refresh_from_db()
    uses = AccountAddress.objects.filter(account=lumiere.bakery)
    assert (lumiere.bakery.relation, user.is_active, uses.filter(login=True).exists()) == ("supplier", False, False)


@pytest.mark.rule("M15")
def test_a_replaced_address_comes_back_by_a_list_that_names_it(lumiere: Lumiere) -> None:
    make_client_user(lumiere.firm, lumiere.nadia_address)
    by = Actor.staff(lumiere.claire)
    new = replace_address(account=lumiere.bakery, old=lumiere.nadia_address, email="nadia@fournil.example", by=by, now=START)
    imported(lumiere, file_of(f"{NADIA};;non"))
    old = Address.objects.get(pk=lumiere.nadia_address.pk)
    assert (old.unlinked_at, old.replaced_by, old.is_primary) == (None, None, False)
    assert Address.objects.filter(contact=lumiere.nadia, is_primary=True).get() == new
    assert sorted(old.account_addresses.values_list("account__name", "login", "notify")) == [
        ("Boulangerie Lefèvre SRL", True, False), ("SCI des Tilleuls", True, False),
    ]  # fmt: skip


def test_the_first_address_of_a_new_person_is_their_primary_one(lumiere: Lumiere) -> None:
    headings = "Réf.;Compte;Prénom;Nom;E-mail;E-mail 2"
    imported(lumiere, file_of("C1;Garage Maes;Lotte;Maes;lotte@maes.example;lm@perso.example", headings=headings))
    imported(lumiere, file_of("C1;Garage Maes;Lotte;Maes;lotte@maes.example;l3@perso.example", headings=headings))
    assert list(Address.objects.filter(contact__last_name="Maes").values_list("email", "is_primary")) == [
        ("lotte@maes.example", True), ("lm@perso.example", False), ("l3@perso.example", False),
    ]  # fmt: skip


def test_removed_addresses_and_merged_people_are_not_seen(lumiere: Lumiere) -> None:
    AccountAddress.objects.filter(address=lumiere.paul_address).delete()
    Address.objects.filter(pk=lumiere.paul_address.pk).update(is_primary=False, removed_at=START)
    imported(lumiere, file_of(";Boulangerie Lefèvre SRL;Société;Paul;Lefèvre;paul@lefevre.example;;oui"))
    (paul,) = Address.objects.filter(email="paul@lefevre.example")
    assert (paul.pk != lumiere.paul_address.pk, paul.contact, paul.is_primary) == (True, lumiere.paul, True)


@pytest.mark.rule("C03")
def test_custom_fields_of_a_list_are_kept_and_their_changes_have_lines(lumiere: Lumiere) -> None:
    lumiere.firm.language = "en"
    lumiere.firm.save()
    shares = CustomField.objects.create(firm=lumiere.firm, name="Shares", kind=FieldKind.NUMBER)
    private = CustomField.objects.create(firm=lumiere.firm, name="Private e-mail", kind=FieldKind.EMAIL)
    CustomValue.objects.create(firm=lumiere.firm, contact=lumiere.nadia, field=shares, number=Decimal(10))
    headings = "Compte;Prénom;Nom;E-mail;shares;Private e-mail"
    list_of = "Boulangerie Lefèvre SRL;Nadia;Lefèvre;nadia@lefevre.example;12,5;nadia@perso.example"
    assert uploaded(lumiere, file_of(list_of, headings=headings)).mapping[4:] == [f"custom:{shares.code}", f"custom:{private.code}"]
    imported(lumiere, file_of(list_of, headings=headings))
    assert CustomValue.objects.get(contact=lumiere.nadia).number == Decimal("12.5")
    assert Address.objects.get(contact=lumiere.nadia, field=private).email == "nadia@perso.example"
    lines = ActivityLine.objects.filter(account_id=lumiere.bakery.pk).order_by("id")
    assert [(line.sentence, line.old, line.new) for line in lines] == [
        ("added the address nadia@perso.example to Nadia Lefèvre", "", ""),
        ("changed Shares of Nadia Lefèvre", "10", "12.5"),
        ("changed Private e-mail of Nadia Lefèvre", "", "nadia@perso.example"),
    ]
    assert Account.objects.filter(name__startswith="Boulangerie").count() == 1
