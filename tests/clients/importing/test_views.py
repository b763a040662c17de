"""The pages of an import, as staff see them."""

import csv
import io
import re
from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from clients.enums import FieldKind
from clients.importing.enums import ImportState
from clients.importing.models import ClientImport
from clients.importing.queries import removals_of
from clients.importing.running import Turn
from clients.models import Account, CustomField
from firms.models import Staff
from tests.clients.conftest import SignIn
from tests.clients.importing.lists import HEADINGS, SAMPLE, file_of
from tests.desk.reading import Node, main_of
from tests.factories import START
from tests.people import Lumiere
from tests.signing import make_client_user

ROW = "C1;Garage Maes;Société;Lotte;Maes;lotte@maes.example;non;oui"
WRONG = 'C2;Famille Claes;Tribu;"=1+1";Claes;nom@client;peut-être;oui'


def a_file(*rows: str, name: str = "clients.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, file_of(*rows).getvalue(), content_type="text/csv")


def upload(browser: Client, *rows: str) -> str:
    """Uploads a list and gives the address of its page."""
    response = browser.post("/accounts/import/", {"file": a_file(*rows)})
    assert response.status_code == 302
    return response.headers["Location"].removesuffix("columns/")


def mapping_of(page: Node) -> dict[str, str]:
    """What the page's choices are set to."""
    chosen = {}
    for select in page.find_all("select"):
        picked = [option.attrs["value"] for option in select.find_all("option") if "selected" in option.attrs]
        chosen[select.attrs["name"]] = picked[0] if picked else ""
    return chosen


def check(browser: Client, lumiere: Lumiere, *rows: str) -> str:
    address = upload(browser, *rows)
    browser.post(f"{address}columns/", mapping_of(main_of(browser.get(f"{address}columns/"))))
    Turn(lumiere.firm.pk, START).take()
    return address


def alert(page: Node) -> str:
    return " ".join(each.text for each in page.find_all("div", role="alert"))


def test_the_first_page_says_what_is_understood(lumiere: Lumiere, sign_in: SignIn) -> None:
    page = main_of(sign_in(lumiere.emma).get("/accounts/import/"))
    assert len([item for item in page.items if "Account name" in item]) == 1
    assert page.links["An example list"] == "/accounts/import/example.csv"
    assert "no e-mail is sent to clients by an import" in page.text


def test_a_list_walks_through_the_four_steps(lumiere: Lumiere, sign_in: SignIn) -> None:
    browser = sign_in(lumiere.emma)
    address = upload(browser, ROW, WRONG)
    columns = main_of(browser.get(f"{address}columns/"))
    assert [row[:2] for row in columns.rows][:2] == [["Réf.", "C1, C2"], ["Nom du compte", "Garage Maes, Famille Claes"]] or columns.rows
    assert list(mapping_of(columns).values()) == ["reference", "account", "kind", "first_name", "last_name", "email", "login", "notify"]
    assert browser.post(f"{address}columns/", mapping_of(columns)).headers["Location"] == address
    assert "being read and compared" in main_of(browser.get(address)).text
    assert browser.get(f"{address}progress/").status_code == 200
    Turn(lumiere.firm.pk, START).take()
    assert browser.get(f"{address}progress/").headers["HX-Redirect"] == address

    shown = main_of(browser.get(address))
    assert [button.text for button in shown.find_all("button", type="submit")] == ["Stop import", "Import 2 rows"]
    assert not Account.objects.filter(reference="C1").exists()
    browser.post(f"{address}confirm/")
    assert "0 of 2 rows" in main_of(browser.get(address)).text
    Turn(lumiere.firm.pk, START).take()
    done = main_of(browser.get(address))
    assert "The import is done: 2 rows 2 accounts are new. 2 people are new. No e-mail was sent." in done.text
    assert done.links["See the accounts"] == "/accounts/"
    assert Account.objects.filter(reference__in=["C1", "C2"]).count() == 2


def test_each_row_says_what_it_does_and_what_is_wrong(lumiere: Lumiere, sign_in: SignIn) -> None:
    browser = sign_in(lumiere.emma)
    page = main_of(browser.get(check(browser, lumiere, ROW, WRONG)))
    assert page.rows == [
        ["2", "Garage Maes Lotte Maes", "New New account New person NOTIFY on", "–"],
        [
            "3",
            "Famille Claes Claes",
            "New New account New person",
            "Cell left out Type “Tribu” is not a kind of account. A new account goes in as a company, a known one keeps its kind. "
            "Use person, family or company; or change the account afterwards. "
            "Cell left out Prénom “=1+1” is a formula that a spreadsheet would run; it is left out. Put the plain text into the cell. "
            "Cell left out E-mail “nom@client” is not an e-mail address; it is left out. "
            "Correct it, or add it on the account. Example: name@client.com "
            "Cell left out LOGIN “peut-être” is neither yes nor no; the switch is left as it is, or off for a new address. "
            "Use yes or no (also: x, 1, 0). "
            "Cell left out NOTIFY It cannot be switched on: there is no address to switch it on for. Add an address, then switch it on.",
        ],
    ]


def test_old_and_new_values_are_shown(lumiere: Lumiere, sign_in: SignIn) -> None:
    Account.objects.filter(pk=lumiere.bakery.pk).update(reference="C1")
    browser = sign_in(lumiere.emma)
    page = main_of(browser.get(check(browser, lumiere, "C1;Boulangerie Lefèvre;;Nadia;Lefèvre;nadia@lefevre.example;oui;non")))
    assert [row[2] for row in page.rows] == [
        "Changed Account name Boulangerie Lefèvre SRL → Boulangerie Lefèvre"
        " LOGIN (nadia@lefevre.example) off → on NOTIFY (nadia@lefevre.example) on → off"
    ]


def test_the_counts_are_filters(lumiere: Lumiere, sign_in: SignIn) -> None:
    browser = sign_in(lumiere.emma)
    address = check(browser, lumiere, ROW, ROW, WRONG, ";;;Zoé;Maes;;;")
    numbers = {
        rows: [row[0] for row in main_of(browser.get(f"{address}?rows={rows}")).rows]
        for rows in ("", "all", "new", "changed", "same", "refused", "to-correct", "nonsense")
    }
    assert numbers == {
        "": ["2", "4", "5"], "all": ["2", "3", "4", "5"],
        "new": ["2", "4"], "changed": [], "same": ["3"], "refused": ["5"], "to-correct": ["4", "5"],
        "nonsense": ["2", "4", "5"],
    }  # fmt: skip
    assert "No row of this kind." in main_of(browser.get(f"{address}?rows=changed")).text


def test_the_result_says_what_changed_and_who_is_still_to_be_invited(lumiere: Lumiere, sign_in: SignIn) -> None:
    browser = sign_in(lumiere.emma)
    address = check(browser, lumiere, ";Boulangerie Lefèvre SRL;Société;Nadia;Lefèvre;nadia@lefevre.example;oui;oui")
    browser.post(f"{address}confirm/")
    Turn(lumiere.firm.pk, START).take()
    done = main_of(browser.get(address))
    assert "The import is done: 1 row 1 row changed what stood here. No e-mail was sent." in done.text
    assert "1 person has LOGIN by this list and cannot sign in yet: an import invites nobody." in done.text
    assert done.links["See them in the accounts, and send the invitations"] == "/accounts/?access=pending"
    make_client_user(lumiere.firm, lumiere.nadia_address)
    assert "cannot sign in yet" not in main_of(browser.get(address)).text


def test_what_is_missing_stands_above_the_rows(lumiere: Lumiere, sign_in: SignIn) -> None:
    browser = sign_in(lumiere.emma)
    page = main_of(browser.get(check_whole(browser, lumiere, ";Boulangerie Lefèvre SRL;Société;Nadia;Lefèvre;nadia@lefevre.example;;oui")))
    assert [heading.text for heading in page.find_all("h2")][-2:] == ["No longer in the list", "Row by row"]


def test_a_list_that_says_nothing_new_has_nothing_to_confirm(lumiere: Lumiere, sign_in: SignIn) -> None:
    browser = sign_in(lumiere.emma)
    page = main_of(browser.get(check(browser, lumiere, ";Boulangerie Lefèvre SRL;Société;Nadia;Lefèvre;nadia@lefevre.example;;oui")))
    assert "There is nothing to import: what the list says already stands in Relance." in page.text
    assert [button.text for button in page.find_all("button", type="submit")] == ["Stop import"]


def test_rows_to_correct_come_as_a_file_with_reasons(lumiere: Lumiere, sign_in: SignIn) -> None:
    browser = sign_in(lumiere.emma)
    address = check(browser, lumiere, ROW, WRONG, ";;;Zoé")
    response = browser.get(f"{address}to-correct.csv")
    assert response.headers["Content-Disposition"] == 'attachment; filename="to-correct.csv"'
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == [*HEADINGS.split(";"), "Row", "What is wrong"]
    assert [row[:9] for row in rows[1:]] == [
        ["C2", "Famille Claes", "Tribu", "'=1+1", "Claes", "nom@client", "peut-être", "oui", "3"],
        ["", "", "", "Zoé", "", "", "", "", "4"],
    ]
    assert rows[2][9].endswith("Nom du compte: There is neither an account name nor a reference.")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty. Save the list again as .csv or .xlsx and choose that file."),
        (b"%PDF-1.7", "This is a PDF file, not a list. Save the list as .csv or .xlsx and choose that file."),
        (
            b'Compte;Nom\nA;"a\n',
            'A quotation mark (") opens in row 2 and closes much further down, or never. Close it, then choose the file again.',
        ),
        (b"PK\x03\x04 nothing more", "The workbook is damaged. Open it in Excel, save it again as .xlsx, and choose that file."),
    ],
)
def test_a_broken_file_is_answered_with_a_sentence(lumiere: Lumiere, sign_in: SignIn, content: bytes, sentence: str) -> None:
    response = sign_in(lumiere.emma).post("/accounts/import/", {"file": SimpleUploadedFile("clients.csv", content)})
    assert (response.status_code, alert(main_of(response))) == (422, f"The list was not taken in Client list: {sentence}")
    assert not ClientImport.objects.exists()


def test_no_file_at_all_is_answered_too(lumiere: Lumiere, sign_in: SignIn) -> None:
    response = sign_in(lumiere.emma).post("/accounts/import/", {})
    assert alert(main_of(response)) == "The list was not taken in Client list: Choose the file that holds the clients."


class Zeros(io.RawIOBase):
    """A form with a file of 200 MB, made while it is read; `most` tells how much was asked for at once."""

    HEAD = b'--b\r\nContent-Disposition: form-data; name="file"; filename="clients.csv"\r\nContent-Type: text/csv\r\n\r\n'
    SIZE = 200 * 1024 * 1024

    def __init__(self) -> None:
        self.left = self.SIZE
        self.head = self.HEAD
        self.most = 0

    def read(self, size: int = -1) -> bytes:
        self.most = max(self.most, size if size >= 0 else self.left)
        if self.head:
            head, self.head = self.head[:size], self.head[size:]
            return head
        size = min(size, self.left) if size >= 0 else self.left
        self.left -= size
        return b"0" * size


def test_a_file_of_200_megabytes_is_refused_without_being_kept(lumiere: Lumiere, sign_in: SignIn) -> None:
    body = Zeros()
    form = {"CONTENT_TYPE": "multipart/form-data; boundary=b", "CONTENT_LENGTH": str(Zeros.SIZE), "wsgi.input": body}
    response = sign_in(lumiere.emma).generic("POST", "/accounts/import/", **form)  # type: ignore[arg-type]
    assert alert(main_of(response)) == (
        "The list was not taken in Client list: The file has 200 MB; a list may have 20 MB. Leave out what is not needed, or split it."
    )
    assert (body.left < 1024 * 1024, body.most <= 128 * 1024) == (True, True)  # drained, a little at a time


def test_the_upload_asks_for_the_forms_token(lumiere: Lumiere) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(lumiere.emma.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert strict.post("/accounts/import/", {"file": a_file(ROW)}).status_code == 403
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', strict.get("/accounts/import/").content.decode())
    assert token is not None
    assert strict.post("/accounts/import/", {"file": a_file(ROW), "csrfmiddlewaretoken": token.group(1)}).status_code == 302


def test_columns_that_cannot_be_read_are_explained(lumiere: Lumiere, sign_in: SignIn) -> None:
    browser = sign_in(lumiere.emma)
    address = upload(browser, ROW)
    response = browser.post(f"{address}columns/", {f"column-{n}": "phone" for n in range(8)})
    assert response.status_code == 422
    assert alert(main_of(response)) == (
        "The columns cannot be read like this"
        " Say which column holds the account name or the reference: without it no row has an account."
        " Several columns are matched with the same field: Phone. Keep one; only another e-mail may stand in several."
    )
    assert list(mapping_of(main_of(response)).values()) == ["phone"] * 8
    assert browser.post(f"{address}columns/", {"column-0": "nonsense"}).status_code == 422
    assert ClientImport.objects.get().state == ImportState.MATCHING


def test_a_list_with_the_same_headings_is_matched_as_last_time(lumiere: Lumiere, sign_in: SignIn) -> None:
    browser = sign_in(lumiere.emma)
    address = upload(browser, ROW)
    mapping = mapping_of(main_of(browser.get(f"{address}columns/"))) | {"column-7": ""}
    browser.post(f"{address}columns/", mapping)
    page = main_of(browser.get(f"{upload(browser, ROW)}columns/"))
    assert "matched as the firm did last time" in page.text
    assert mapping_of(page) == mapping


def test_pages_of_another_state_lead_to_where_the_import_stands(lumiere: Lumiere, sign_in: SignIn) -> None:
    browser = sign_in(lumiere.emma)
    address = upload(browser, ROW)
    assert browser.get(address).headers["Location"] == f"{address}columns/"
    browser.post(f"{address}confirm/")  # nothing to confirm yet
    assert ClientImport.objects.get().state == ImportState.MATCHING
    browser.post(f"{address}stop/")
    assert browser.get(f"{address}columns/").headers["Location"] == address
    assert "Stopped before anything was written" in main_of(browser.get(address)).text
    browser.post(f"{address}stop/")
    assert "The import has moved on meanwhile" in alert(main_of(browser.get(address)))


def test_an_import_that_failed_says_why(lumiere: Lumiere, sign_in: SignIn) -> None:
    browser = sign_in(lumiere.emma)
    rows = [f"C{n};Garage {n};Société;Lotte;Maes;l{n}@maes.example;;" for n in range(80)]
    address = check(browser, lumiere, *rows, 'C99;"Garage')
    assert alert(main_of(browser.get(address))) == (
        'The list could not be read A quotation mark (") opens in row 82 and closes much further down, or never.'
        " Close it, then choose the file again."
    )


def test_earlier_imports_are_listed(lumiere: Lumiere, sign_in: SignIn) -> None:
    browser = sign_in(lumiere.emma)
    address = check(browser, lumiere, ROW)
    page = main_of(browser.get("/accounts/import/"))
    assert page.links["clients.csv"] == address
    assert any(item.startswith("clients.csv Checked by Emma Girard") for item in page.items)


@pytest.mark.parametrize("page", ["", "?rows=to-correct"])
def test_the_page_costs_the_same_with_one_row_and_with_three(
    lumiere: Lumiere, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries, page: str
) -> None:
    browser = sign_in(lumiere.emma)
    one = check(browser, lumiere, WRONG)
    three = check(browser, lumiere, *(WRONG.replace("C2", f"C{n}") for n in (2, 3, 4)))
    for address in (one, three):
        with django_assert_num_queries(10):
            browser.get(f"{address}{page}")


def test_a_long_list_has_pages_that_keep_the_filter(lumiere: Lumiere, sign_in: SignIn) -> None:
    browser = sign_in(lumiere.emma)
    response = browser.post("/accounts/import/", {"file": SimpleUploadedFile("clients.csv", SAMPLE.read_bytes())})
    address = response.headers["Location"].removesuffix("columns/")
    browser.post(f"{address}columns/", mapping_of(main_of(browser.get(f"{address}columns/"))))
    Turn(lumiere.firm.pk, START).take()
    page = main_of(browser.get(f"{address}?rows=new&page=2"))
    assert len(page.rows) == 50
    assert page.links["Next"] == "?rows=new&page=3"
    assert "Row 32 is empty and was passed over." in page.text


@pytest.fixture(params=["amir", "claire", "emma"])
def who_may(request: pytest.FixtureRequest, lumiere: Lumiere) -> Iterator[Staff]:
    return getattr(lumiere, request.param)  # type: ignore[no-any-return]


@pytest.mark.rule("C04")
def test_owner_admin_and_employees_with_the_right_may_import(who_may: Staff, sign_in: SignIn) -> None:
    assert sign_in(who_may).get("/accounts/import/").status_code == 200


@pytest.mark.rule("C04", "M30")
@pytest.mark.parametrize("rights", [[], ["manage_accounts"], ["see_all_accounts"], ["manage_actions", "manage_billing"]])
def test_an_employee_without_both_rights_may_not(lumiere: Lumiere, sign_in: SignIn, rights: list[str]) -> None:
    address = check(sign_in(lumiere.emma), lumiere, ROW)
    Staff.objects.filter(pk=lumiere.paulo.pk).update(rights=rights)
    browser = sign_in(lumiere.paulo)
    gets = (
        "/accounts/import/",
        "/accounts/import/example.csv",
        address,
        f"{address}columns/",
        f"{address}progress/",
        f"{address}to-correct.csv",
    )
    posts = ("/accounts/import/", f"{address}columns/", f"{address}confirm/", f"{address}stop/", f"{address}tick/")
    assert [browser.get(page).status_code for page in gets] == [403] * 6
    assert [browser.post(page).status_code for page in posts] == [403] * 5
    assert ClientImport.objects.get().state == ImportState.CHECKED


def check_whole(browser: Client, lumiere: Lumiere, *rows: str) -> str:
    """As `check`, for a list that somebody calls complete."""
    address = upload(browser, *rows)
    browser.post(f"{address}columns/", mapping_of(main_of(browser.get(f"{address}columns/"))) | {"complete": "on"})
    Turn(lumiere.firm.pk, START).take()
    return address


NADIA_ALONE = ";Boulangerie Lefèvre SRL;Société;Nadia;Lefèvre;nadia@lefevre.example;;oui"


def test_a_complete_list_shows_who_is_missing_and_removes_what_is_ticked(lumiere: Lumiere, sign_in: SignIn) -> None:
    browser = sign_in(lumiere.emma)
    address = check_whole(browser, lumiere, NADIA_ALONE)
    page = main_of(browser.get(address))
    (box,) = [each for each in page.find_all("input", type="checkbox") if each.attrs["name"] == "remove"]
    assert (box.attrs["value"], box.attrs["form"], "checked" in box.attrs) == ("0", "import-now", True)
    assert "Paul Lefèvre, no longer in Boulangerie Lefèvre SRL" in page.text
    assert page.links["No longer in the list"] == "#missing"
    assert [button.text for button in page.find_all("button", type="submit")] == ["Stop import", "Remove what is ticked"]
    browser.post(f"{address}confirm/", {"remove": ["0", "77", "x"]})
    Turn(lumiere.firm.pk, START).take()
    assert "Paul Lefèvre, no longer in Boulangerie Lefèvre SRL Removed" in main_of(browser.get(address)).text
    assert [link.contact for link in lumiere.bakery.links.all()] == [lumiere.nadia]


def test_ticks_are_kept_while_somebody_looks_through_the_check(lumiere: Lumiere, sign_in: SignIn) -> None:
    browser = sign_in(lumiere.emma)
    address = check_whole(browser, lumiere, NADIA_ALONE)
    assert browser.post(f"{address}tick/").status_code == 204
    assert removals_of(ClientImport.objects.get()).get().is_ticked is False
    assert browser.post(f"{address}tick/", {"remove": "0"}).status_code == 204
    assert removals_of(ClientImport.objects.get()).get().is_ticked is True
    browser.post(f"{address}stop/")
    assert browser.post(f"{address}tick/").headers["HX-Redirect"] == address
    assert removals_of(ClientImport.objects.get()).get().is_ticked is True


@pytest.mark.rule("C41")
def test_an_address_that_signs_in_is_not_ticked_and_leads_to_the_guided_change(lumiere: Lumiere, sign_in: SignIn) -> None:
    make_client_user(lumiere.firm, lumiere.nadia_address)
    browser = sign_in(lumiere.emma)
    paul = ";Boulangerie Lefèvre SRL;Société;Paul;Lefèvre;paul@lefevre.example;;"
    address = check_whole(browser, lumiere, NADIA_ALONE.replace("nadia@lefevre", "nl@lefevre"), paul)
    page = main_of(browser.get(address))
    (box,) = [each for each in page.find_all("input", type="checkbox") if each.attrs["name"] == "remove"]
    assert "checked" not in box.attrs
    assert "nadia@lefevre.example, an address of Nadia Lefèvre New in the list: nl@lefevre.example Signs in" in page.text
    change = page.links["Change this address step by step"]
    assert change == f"/accounts/{lumiere.bakery.code}/addresses/{lumiere.nadia_address.code}/change/"
    browser.post(f"{address}confirm/")
    Turn(lumiere.firm.pk, START).take()
    assert "an address of Nadia Lefèvre Kept: not ticked" in main_of(browser.get(address)).text


def test_a_complete_list_that_misses_nothing_says_so(lumiere: Lumiere, sign_in: SignIn) -> None:
    browser = sign_in(lumiere.emma)
    paul = ";Boulangerie Lefèvre SRL;Société;Paul;Lefèvre;paul@lefevre.example;;"
    assert "Nothing is missing" in main_of(browser.get(check_whole(browser, lumiere, NADIA_ALONE, paul))).text
    assert "Rows are left out" in main_of(browser.get(check_whole(browser, lumiere, NADIA_ALONE, ";;;Zoé;Maes;;;"))).text
    assert "No longer in the list" not in main_of(browser.get(check(browser, lumiere, NADIA_ALONE))).text


def test_what_is_missing_costs_the_page_the_same_however_much(
    lumiere: Lumiere, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    browser = sign_in(lumiere.emma)
    everybody = [f"C1;Garage Maes;Société;P{n};Maes;p{n}@maes.example;;" for n in range(4)]
    browser.post(f"{check(browser, lumiere, *everybody)}confirm/")
    Turn(lumiere.firm.pk, START).take()
    for missing in (1, 3):
        address = check_whole(browser, lumiere, *everybody[missing:])
        with django_assert_num_queries(11):
            browser.get(address)


@pytest.mark.rule("C03")
def test_the_firms_custom_fields_are_offered_and_recognised(lumiere: Lumiere, sign_in: SignIn) -> None:
    field = CustomField.objects.create(firm=lumiere.firm, name="type", kind=FieldKind.TEXT)
    browser = sign_in(lumiere.emma)
    page = main_of(browser.get(f"{upload(browser, ROW)}columns/"))
    assert mapping_of(page)["column-2"] == f"custom:{field.code}"
    assert browser.get("/accounts/import/example.csv").content.decode().splitlines()[0].endswith(";type")
