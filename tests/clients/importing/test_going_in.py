"""What goes in, what does not, and what is remembered of it."""

from datetime import timedelta

import pytest

from clients.enums import Relation
from clients.importing.enums import ImportState, ProblemCode, Verdict
from clients.importing.mapping import from_stored
from clients.importing.models import ClientImport, ImportRow
from clients.importing.queries import Counts, count_rows
from clients.importing.running import Turn
from clients.importing.services import NotNow, WrongMapping, confirm_import, match_columns, stop_import
from clients.models import Account, AccountAddress, AccountContact, Address, Contact
from firms.actors import Actor
from firms.enums import Verb
from firms.models import ActivityLine
from tenancy.context import firm_context
from tests.clients.importing.imports import THREE, checked, confirmed, everything, imported, sample, uploaded, worked
from tests.clients.importing.lists import file_of, workbook_of
from tests.factories import START
from tests.people import Lumiere, Peeters, colleague
from tests.signing import asked


def test_nothing_is_written_before_it_is_confirmed(lumiere: Lumiere) -> None:
    before = everything()
    client_import = checked(lumiere, sample())
    assert (client_import.state, client_import.rows_total) == (ImportState.CHECKED, 177)
    assert everything() == before


def test_the_list_of_a_firm_goes_in_as_it_was_shown(lumiere: Lumiere) -> None:
    colleague(lumiere.firm, "Claire Fontenoy", "cf@lumiere.example")
    marc = colleague(lumiere.firm, "Marc Delvaux", "md@lumiere.example")
    client_import = checked(lumiere, sample())
    shown = count_rows(client_import)
    confirm_import(client_import=client_import, by=Actor.staff(lumiere.claire), staff=lumiere.claire, now=START)
    worked(client_import)
    assert shown == count_rows(client_import) == Counts(new=168, changed=6, same=3, refused=0, to_correct=32)
    assert (client_import.state, client_import.accounts_made, client_import.contacts_made) == (ImportState.DONE, 110, 151)
    fontaine = Account.objects.get(reference="C1002")
    assert (fontaine.manager, fontaine.group, fontaine.kind, fontaine.name_key) == (marc, None, "family", "famille fontaine")
    assert sorted(fontaine.account_tags.values_list("tag__name", flat=True)) == ["Dossier papier", "TVA trimestrielle"]


@pytest.mark.rule("C01", "C07")
def test_switches_are_set_for_each_address_in_each_account(lumiere: Lumiere) -> None:
    imported(lumiere, file_of(*THREE))
    uses = AccountAddress.objects.filter(address__email__endswith="@maes.example").order_by("account__reference", "address__email")
    assert [(use.account.reference, use.address.email, use.login, use.notify, use.email_sync) for use in uses] == [
        ("C1", "jan@maes.example", False, False, False),
        ("C1", "lotte@maes.example", False, True, False),
        ("C2", "lotte@maes.example", True, False, False),
    ]


def test_e_mail_sync_goes_on_without_login(lumiere: Lumiere) -> None:
    imported(
        lumiere, file_of("C1;Garage Maes;Lotte;Maes;lotte@maes.example;non;oui", headings="Réf.;Compte;Prénom;Nom;E-mail;LOGIN;EMAIL SYNC")
    )
    use = AccountAddress.objects.get(address__email="lotte@maes.example")
    assert (use.login, use.email_sync) == (False, True)


@pytest.mark.rule("C05")
def test_every_address_of_a_linked_person_is_listed_in_every_account_of_theirs(lumiere: Lumiere) -> None:
    headings = "Réf.;Compte;Prénom;Nom;E-mail;E-mail 2"
    imported(
        lumiere,
        file_of(
            "C1;Garage Maes;Lotte;Maes;lotte@maes.example;",
            "C2;Famille Maes;Lotte;Maes;lotte@maes.example;prive@maes.example",
            headings=headings,
        ),
    )
    rows = AccountAddress.objects.filter(address__contact__last_name="Maes").order_by("account__reference", "address__email")
    assert [(row.account.reference, row.address.email) for row in rows] == [
        ("C1", "lotte@maes.example"),
        ("C1", "prive@maes.example"),
        ("C2", "lotte@maes.example"),
        ("C2", "prive@maes.example"),
    ]


def test_the_same_file_twice_changes_nothing(lumiere: Lumiere) -> None:
    imported(lumiere, sample())
    before, lines = everything(), ActivityLine.objects.count()
    again = checked(lumiere, sample())
    assert count_rows(again).to_write == 0
    confirm_import(client_import=again, by=Actor.staff(lumiere.claire), staff=lumiere.claire, now=START)
    worked(again)
    assert (again.state, again.accounts_made, everything()) == (ImportState.DONE, 0, before)
    assert ActivityLine.objects.count() == lines + 2


def test_a_workbook_does_the_same(lumiere: Lumiere) -> None:
    imported(lumiere, file_of(*THREE))
    before = everything()
    cells: list[list[object]] = [list(row.split(";")) for row in ["Réf.;Nom du compte;Type;Prénom;Nom;E-mail;LOGIN;NOTIFY", *THREE]]
    again = imported(lumiere, workbook_of(cells))
    assert (count_rows(again).same, everything()) == (3, before)


def test_what_differs_is_changed_and_said_in_the_log(lumiere: Lumiere) -> None:
    headings = "Compte;Type;Prénom;Nom;E-mail;Téléphone;NOTIFY;Groupe;Gestionnaire"
    lumiere.firm.language = "en"
    lumiere.firm.save()
    imported(
        lumiere,
        file_of(
            "Boulangerie Lefèvre SRL;Société;Nadia;Lefèvre;nadia@lefevre.example;02 511 11 11;non;Commerces;Amir Benali", headings=headings
        ),
    )
    lumiere.bakery.refresh_from_db()
    lumiere.nadia.refresh_from_db()
    lumiere.nadia_at_bakery.refresh_from_db()
    lumiere.nadia_at_tilleuls.refresh_from_db()
    assert (lumiere.bakery.group and lumiere.bakery.group.name, lumiere.bakery.manager, lumiere.nadia.phone) == (
        "Commerces",
        lumiere.amir,
        "02 511 11 11",
    )
    assert (lumiere.nadia_at_bakery.notify, lumiere.nadia_at_tilleuls.notify) == (False, True)
    lines = ActivityLine.objects.filter(account_id=lumiere.bakery.pk).order_by("id")
    assert [(line.sentence, line.old, line.new) for line in lines] == [
        ("changed Manager of Boulangerie Lefèvre SRL", "Claire Moreau", "Amir Benali"),
        ("changed Group of Boulangerie Lefèvre SRL", "", "Commerces"),
        ("changed Phone of Nadia Lefèvre", "", "02 511 11 11"),
        ("switched NOTIFY off for nadia@lefevre.example", "", ""),
    ]


def test_each_new_thing_has_its_line_and_so_has_the_import(lumiere: Lumiere) -> None:
    lumiere.firm.language = "en"
    lumiere.firm.save()
    before = ActivityLine.objects.count()
    imported(lumiere, file_of(THREE[0]))
    assert [(line.sentence, line.new) for line in ActivityLine.objects.order_by("id")[before:]] == [
        ("started the import clients.csv", ""),
        ("created the account Garage Maes", ""),
        ("linked Lotte Maes to Garage Maes", ""),
        ("added the address lotte@maes.example to Lotte Maes", "NOTIFY"),
        ("finished the import clients.csv: 1 row, 1 new account, 1 new person", ""),
    ]


def test_what_changed_between_check_and_import_is_looked_at_again(lumiere: Lumiere) -> None:
    client_import = confirmed(lumiere, file_of(*THREE))
    imported(lumiere, file_of("C1;Garage Maes;Société;Lotte;Maes;lotte@maes.example;oui;oui"))  # a colleague was faster; runs both
    client_import.refresh_from_db()
    assert client_import.state == ImportState.DONE
    assert (Account.objects.filter(reference="C1").count(), Address.objects.filter(email="lotte@maes.example").count()) == (1, 1)
    assert count_rows(client_import).refused == 0


def test_rows_tell_what_was_done_and_not_what_was_foreseen(lumiere: Lumiere) -> None:
    client_import = confirmed(lumiere, file_of(THREE[0]))
    account = Account.objects.create(firm=lumiere.firm, name="Garage Maes", reference="C1", created_at=START)
    AccountContact.objects.create(firm=lumiere.firm, account=account, contact=lumiere.nadia)
    assert client_import.rows.get().changes[0]["what"] == "new_account"
    worked(client_import)
    assert [change["what"] for change in client_import.rows.get().changes] == ["new_contact", "notify"]
    assert client_import.accounts_made == 0


def test_columns_can_be_matched_anew_without_the_file(lumiere: Lumiere) -> None:
    client_import = checked(lumiere, file_of(*THREE))
    mapping = list(from_stored(client_import.mapping))
    mapping[5] = None
    match_columns(client_import=client_import, mapping=tuple(mapping))
    worked(client_import)
    assert (client_import.state, client_import.rows.count()) == (ImportState.CHECKED, 3)
    assert [row.cells[5] for row in client_import.rows.all()] == ["lotte@maes.example", "jan@maes.example", "lotte@maes.example"]
    assert "switch_without_email" in [each["code"] for each in client_import.rows.first().problems]  # type: ignore[union-attr]


def test_the_firms_last_mapping_for_the_same_headings_is_remembered(lumiere: Lumiere) -> None:
    first = uploaded(lumiere, file_of(*THREE))
    mapping = list(from_stored(first.mapping))
    mapping[7] = None
    match_columns(client_import=first, mapping=tuple(mapping))
    assert from_stored(uploaded(lumiere, file_of(*THREE)).mapping) == tuple(mapping)
    assert uploaded(lumiere, file_of("A;b", headings="Compte;Nom")).mapping == ["account", "last_name"]


def test_a_mapping_without_an_account_is_refused(lumiere: Lumiere) -> None:
    client_import = uploaded(lumiere, file_of(*THREE))
    with pytest.raises(WrongMapping):
        match_columns(client_import=client_import, mapping=(None,) * 8)
    client_import.refresh_from_db()
    assert client_import.state == ImportState.MATCHING


def test_of_two_who_confirm_the_second_is_told(lumiere: Lumiere) -> None:
    client_import = confirmed(lumiere, file_of(*THREE))
    with pytest.raises(NotNow):
        confirm_import(client_import=client_import, by=Actor.staff(lumiere.amir), staff=lumiere.amir, now=START + timedelta(seconds=1))
    client_import.refresh_from_db()
    assert client_import.confirmed_by == lumiere.claire


def test_stopping_keeps_what_went_in_and_the_rest_can_follow(lumiere: Lumiere) -> None:
    client_import = confirmed(lumiere, file_of(*THREE))
    ClientImport.objects.update(part_rows=1)
    Turn(lumiere.firm.pk, START).do_next_part()
    stop_import(client_import=client_import, by=Actor.staff(lumiere.claire), now=START)
    worked(client_import)
    assert (client_import.state, client_import.rows_done, Contact.objects.filter(last_name="Maes").count()) == (ImportState.STOPPED, 1, 1)
    assert ActivityLine.objects.filter(verb=Verb.IMPORT_STOPPED).count() == 1
    again = imported(lumiere, file_of(*THREE))
    assert [row.verdict for row in again.rows.all()] == [Verdict.SAME, Verdict.NEW, Verdict.NEW]
    with pytest.raises(NotNow):
        stop_import(client_import=client_import, by=Actor.staff(lumiere.claire), now=START)


def test_former_staff_cannot_become_managers_and_keep_their_accounts(lumiere: Lumiere) -> None:
    lumiere.emma.left_at = START
    lumiere.emma.save()
    Account.objects.filter(pk=lumiere.bakery.pk).update(manager=lumiere.emma)
    client_import = imported(lumiere, file_of("Boulangerie Lefèvre SRL;Emma Girard", headings="Compte;Gestionnaire"))
    assert [each["code"] for each in client_import.rows.get().problems] == ["unknown_manager"]
    lumiere.bakery.refresh_from_db()
    assert lumiere.bakery.manager == lumiere.emma


@pytest.mark.rule("X20")
def test_another_firm_sees_and_gets_nothing_of_it(two_firms: tuple[Lumiere, Peeters]) -> None:
    lumiere, peeters = two_firms
    with firm_context(peeters.firm.pk):
        before = everything()
    with firm_context(lumiere.firm.pk):
        # The other firm's account, person and address: here they are new.
        imported(lumiere, file_of("C1;Garage Maes;Société;Lotte;Maes;lotte@maes.example;oui;oui"))
    with firm_context(peeters.firm.pk):
        assert everything() == before
        assert (ClientImport.objects.count(), ImportRow.objects.count()) == (0, 0)


@pytest.mark.rule("M24")
def test_an_account_with_an_open_request_goes_in_and_stays_a_client(lumiere: Lumiere) -> None:
    asked(lumiere)
    client_import = imported(lumiere, file_of("Boulangerie Lefèvre SRL;Société;Fournisseur", headings="Nom du compte;Type;Relation"))
    lumiere.bakery.refresh_from_db()
    assert lumiere.bakery.relation == Relation.CLIENT
    assert [row.problems[0]["code"] for row in client_import.rows.all()] == [ProblemCode.STILL_ASKED]
