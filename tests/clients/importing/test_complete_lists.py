"""The list of a firm imported again: what is new, what differs, and what it has no longer."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.importing import removing
from clients.importing.enums import ImportState, RemovalOutcome, Verdict
from clients.importing.mapping import from_stored
from clients.importing.models import ClientImport
from clients.importing.queries import count_rows, removals_of
from clients.importing.services import confirm_import, match_columns
from clients.models import Account, AccountContact, Address, Contact
from firms.actors import Actor
from firms.enums import Verb
from firms.models import ActivityLine, User
from tests.clients.importing.imports import everything, imported, sample, uploaded, worked
from tests.clients.importing.lists import file_of, sample_rows
from tests.factories import START, ActionFactory, ActionPartyFactory
from tests.people import Lumiere, colleague
from tests.signing import make_client_user

HEADINGS = "Réf.;Nom du compte;Type;Prénom;Nom;E-mail;E-mail 2;LOGIN;NOTIFY"
MAES = [
    "C1;Garage Maes;Société;Lotte;Maes;lotte@maes.example;;oui;oui",
    "C1;Garage Maes;Société;Jan;Maes;jan@maes.example;;;oui",
]


def checked_whole(lumiere: Lumiere, file: io.BytesIO) -> ClientImport:
    """Checked as a list of which somebody says that it is complete."""
    client_import = uploaded(lumiere, file)
    match_columns(client_import=client_import, mapping=from_stored(client_import.mapping), is_complete=True)
    return worked(client_import)


def carried_out(lumiere: Lumiere, client_import: ClientImport, *positions: int) -> ClientImport:
    by = Actor.staff(lumiere.claire)
    confirm_import(client_import=client_import, by=by, staff=lumiere.claire, now=START, removals=positions)
    return worked(client_import)


def proposed(client_import: ClientImport) -> list[tuple[str, str, str, bool]]:
    """Account, person, address, and whether it is ticked from the start."""
    return [(each.account_name, each.person, each.email, each.is_ticked) for each in removals_of(client_import)]


def outcomes(client_import: ClientImport) -> list[str]:
    return list(removals_of(client_import).values_list("outcome", flat=True))


def maes(*rows: str) -> io.BytesIO:
    return file_of(*rows, headings=HEADINGS)


def changed_sample() -> io.BytesIO:
    """The sample once more: Hugo has another address, C1002 another manager, Élodie D'Hondt a switch off and a tag more, Élodie Öztürk
    has gone."""
    rows = [row for row in sample_rows() if row]
    for row in rows:
        row[5:6] = ["hugo@lefevre.example" if row[5:6] == ["hugo.lefevre@boite.example"] else cell for cell in row[5:6]]
        if row[0] == "C1002":
            row[12] = "Claire Fontenoy"
        if row[0] == "C1000":
            row[10], row[14] = "non", "TVA trimestrielle, Dossier papier"
    file = io.StringIO()
    csv.writer(file, delimiter=";").writerows(row for row in rows if row[5:6] != ["elodie.ozturk@client.example"])
    return io.BytesIO(file.getvalue().encode())


@pytest.fixture
def sample_firm(lumiere: Lumiere) -> Lumiere:
    """The firm after it has imported the sample."""
    colleague(lumiere.firm, "Claire Fontenoy", "cf@lumiere.example")
    colleague(lumiere.firm, "Marc Delvaux", "md@lumiere.example")
    imported(lumiere, sample())
    return lumiere


def test_the_same_list_misses_nothing(sample_firm: Lumiere) -> None:
    client_import = checked_whole(sample_firm, sample())
    assert (client_import.missing, count_rows(client_import).to_write) == (0, 0)


@pytest.mark.rule("C01", "C07")
def test_the_sample_again_with_differences_shows_exactly_those_and_does_exactly_those(sample_firm: Lumiere) -> None:
    client_import = checked_whole(sample_firm, changed_sample())
    shown = [
        (row.account, row.verdict, [(each["what"], each["whose"], each["old"], each["new"]) for each in row.changes])
        for row in client_import.rows.exclude(verdict=Verdict.SAME)
    ]
    hugo = "hugo@lefevre.example"
    assert shown == [
        (
            "Famille D'Hondt",
            Verdict.CHANGED,
            [
                ("tags", "Famille D'Hondt", "TVA trimestrielle", "TVA trimestrielle, Dossier papier"),
                ("notify", "elodie.dhondt47@client.example", "on", "off"),
            ],
        ),
        (
            "Lefèvre Hugo",
            Verdict.CHANGED,
            [
                ("new_address", "Hugo Lefèvre", "", hugo),
                ("login", hugo, "", "on"),
                ("notify", hugo, "", "on"),
                ("email_sync", hugo, "", "on"),
            ],
        ),
        ("Famille Fontaine", Verdict.CHANGED, [("manager", "Famille Fontaine", "Marc Delvaux", "Claire Fontenoy")]),
    ]
    assert proposed(client_import) == [
        ("Lefèvre Hugo", "Hugo Lefèvre", "hugo.lefevre@boite.example", True),
        ("Famille Öztürk", "Élodie Öztürk", "", True),
    ]
    assert removals_of(client_import)[0].replaced_by == hugo
    before = everything()
    carried_out(sample_firm, client_import, 0, 1)
    assert [changed_rows(before[table], everything()[table]) for table in range(5)] == [
        1,  # the manager
        0,
        1 + 1 + 1,  # Hugo's new address; his old one, which is hidden now; Élodie's, whose last LOGIN has gone
        1,  # Élodie Öztürk's link
        1 + 2 + 2 + 1,  # a switch; the new address in two accounts and the old one there; what Élodie was told
    ]
    assert outcomes(client_import) == [RemovalOutcome.DONE, RemovalOutcome.DONE]
    again = checked_whole(sample_firm, changed_sample())
    assert (again.missing, count_rows(again).to_write) == (0, 0)


def changed_rows(before: object, after: object) -> int:
    """How many rows of a table are not there any more as they were, or are new."""
    assert isinstance(before, list)
    assert isinstance(after, list)
    return len({row["id"] for row in before + after if row not in before or row not in after})


@pytest.fixture
def garage(lumiere: Lumiere) -> Account:
    """Garage Maes with Lotte, who signs in, and Jan."""
    imported(lumiere, maes(*MAES))
    signs_in("lotte@maes.example")
    return Account.objects.get(reference="C1")


def signs_in(email: str) -> None:
    """Whoever has this address has accepted their invitation."""
    address = Address.objects.get(email=email)
    make_client_user(address.contact.firm, address)


def test_nothing_is_proposed_for_a_list_that_nobody_calls_complete(lumiere: Lumiere, garage: Account) -> None:
    client_import = imported(lumiere, maes(MAES[1]))
    assert (client_import.missing, proposed(client_import)) == (0, [])
    assert garage.links.count() == 2


def test_whoever_signs_in_is_not_ticked_and_stays_unless_somebody_ticks_it(lumiere: Lumiere, garage: Account) -> None:
    client_import = checked_whole(lumiere, maes(MAES[1]))
    assert proposed(client_import) == [("Garage Maes", "Lotte Maes", "", False)]
    carried_out(lumiere, client_import)
    assert (client_import.state, outcomes(client_import), garage.links.count()) == (ImportState.DONE, [""], 2)
    carried_out(lumiere, checked_whole(lumiere, maes(MAES[1])), 0)
    assert [link.contact.first_name for link in garage.links.all()] == ["Jan"]
    assert User.objects.get(email="lotte@maes.example").is_active is False
    line = ActivityLine.objects.get(verb=Verb.CONTACT_UNLINKED)
    assert (line.subject, line.detail, line.account_id) == ("Lotte Maes", "Garage Maes", garage.pk)


def test_a_new_address_in_place_of_one_that_signs_in_is_told_as_two_facts(lumiere: Lumiere, garage: Account) -> None:
    client_import = checked_whole(lumiere, maes(MAES[0].replace("lotte@", "lm@"), MAES[1]))
    assert client_import.rows.first().changes[0]["what"] == "new_address"  # type: ignore[union-attr]
    (removal,) = removals_of(client_import)
    assert (removal.email, removal.replaced_by, removal.signs_in, removal.is_ticked) == (
        "lotte@maes.example", "lm@maes.example", True, False,
    )  # fmt: skip
    carried_out(lumiere, client_import, 0)
    assert sorted(Address.objects.filter(contact__last_name="Maes").values_list("email", "is_primary")) == [
        ("jan@maes.example", True), ("lm@maes.example", True),
    ]  # fmt: skip
    assert ActivityLine.objects.filter(verb=Verb.ADDRESS_REMOVED, detail="lotte@maes.example").count() == 1


@pytest.mark.rule("A05")
def test_the_last_contact_is_never_proposed_and_never_removed(lumiere: Lumiere, garage: Account) -> None:
    assert proposed(checked_whole(lumiere, maes("C1;Garage Maes;Société;;;;;;"))) == []
    client_import = checked_whole(lumiere, maes(MAES[1]))
    Contact.objects.filter(first_name="Jan", last_name="Maes").update(archived_at=START)  # between check and import
    carried_out(lumiere, client_import, 0)
    assert outcomes(client_import) == [RemovalOutcome.CHANGED]
    assert garage.links.count() == 2


def test_whoever_is_named_in_an_open_request_stays(lumiere: Lumiere, garage: Account) -> None:
    lotte = Contact.objects.get(first_name="Lotte", last_name="Maes")
    action = ActionFactory.create(firm=lumiere.firm, account=garage, opened_by=lumiere.claire)
    ActionPartyFactory.create(firm=lumiere.firm, action=action, contact=lotte)
    client_import = checked_whole(lumiere, maes(MAES[1]))
    assert (proposed(client_import)[0][3], outcomes(client_import)) == (False, [RemovalOutcome.NEEDED])
    carried_out(lumiere, client_import, 0)
    assert (client_import.state, garage.links.count()) == (ImportState.DONE, 2)


def test_what_is_asked_of_somebody_after_the_check_keeps_them_too(lumiere: Lumiere, garage: Account) -> None:
    client_import = checked_whole(lumiere, maes(MAES[1]))
    action = ActionFactory.create(firm=lumiere.firm, account=garage, opened_by=lumiere.claire)
    lotte = Contact.objects.get(first_name="Lotte", last_name="Maes")
    ActionPartyFactory.create(firm=lumiere.firm, action=action, contact=lotte)
    carried_out(lumiere, client_import, 0)
    assert (outcomes(client_import), garage.links.count()) == ([RemovalOutcome.NEEDED], 2)


def test_what_somebody_changed_after_the_check_is_left_alone(lumiere: Lumiere, garage: Account) -> None:
    client_import = checked_whole(lumiere, maes(MAES[1]))
    lotte = Contact.objects.get(first_name="Lotte", last_name="Maes")
    AccountContact.objects.filter(contact=lotte).delete()
    carried_out(lumiere, client_import, 0)
    assert outcomes(client_import) == [RemovalOutcome.CHANGED]


def test_rows_that_stay_out_leave_open_what_is_missing(lumiere: Lumiere, garage: Account) -> None:
    client_import = checked_whole(lumiere, maes(MAES[1], "C77;;;Lotte;Maes;;;;"))
    assert (client_import.missing, proposed(client_import)) == (None, [])


def test_an_address_that_cannot_be_read_may_be_any_of_its_persons(lumiere: Lumiere, garage: Account) -> None:
    client_import = checked_whole(lumiere, maes(MAES[0].replace("lotte@maes.example", "lotte@maes"), MAES[1]))
    assert proposed(client_import) == []


def test_further_addresses_are_ticked_only_where_the_list_has_a_column_for_them(lumiere: Lumiere) -> None:
    imported(lumiere, maes(MAES[0].replace(";;", ";lm@perso.example;", 1)))
    assert proposed(checked_whole(lumiere, maes(MAES[0]))) == [("Garage Maes", "Lotte Maes", "lm@perso.example", True)]
    short = file_of("C1;Garage Maes;Société;Lotte;Maes;lotte@maes.example;;")
    assert proposed(checked_whole(lumiere, short)) == [("Garage Maes", "Lotte Maes", "lm@perso.example", False)]


def test_accounts_that_the_list_does_not_name_are_left_alone(lumiere: Lumiere) -> None:
    client_import = checked_whole(lumiere, maes(*MAES))
    assert proposed(client_import) == []  # Boulangerie Lefèvre and SCI des Tilleuls have people
    assert client_import.missing == 0


def test_one_removal_that_fails_again_and_again_is_left_and_the_import_ends(
    lumiere: Lumiere, garage: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    client_import = checked_whole(lumiere, maes(MAES[1]))

    def broken(**_values: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(removing, "unlink_contact", broken)
    carried_out(lumiere, client_import, 0)
    assert (client_import.state, outcomes(client_import)) == (ImportState.DONE, [RemovalOutcome.FAILED])


def test_removing_costs_the_check_the_same_number_of_queries_however_much_is_missing(lumiere: Lumiere) -> None:
    counts = []
    for size in (1, 3):
        people = [f"C{size};Garage {size};Société;P{n};Maes;p{n}.{size}@maes.example;;;" for n in range(size + 1)]
        imported(lumiere, maes(*people))
        with CaptureQueriesContext(connection) as queries:
            client_import = checked_whole(lumiere, maes(people[0]))
        assert client_import.missing == size
        counts.append(len(queries))
    assert counts[0] == counts[1]
