"""The activity feed as a file: what the filters leave, as text that no spreadsheet runs."""

import csv
import io
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from desk import activity_export
from firms.actors import Actor
from firms.enums import ActorKind, Verb
from firms.models import ActivityLine
from tenancy.context import firm_context
from tests.desk.conftest import DAY, NOW, SignIn, open_action
from tests.desk.reading import main_of
from tests.desk.test_activity import tell
from tests.factories import AccountFactory
from tests.people import Lumiere, Peeters

Table = list[list[str]]
HEADING = [
    "Date", "Time (Europe/Paris)", "Who", "Acting as", "Network address", "What was done", "Account", "Request", "Value before",
    "Value after",
]  # fmt: skip


@pytest.fixture
def browser(lumiere: Lumiere, sign_in: SignIn) -> Client:
    return sign_in(lumiere.claire)


def export(browser: Client, file_format: str = "csv", query: str = "") -> Any:
    return browser.post(f"/activity/export/{query}", {"format": file_format})


def csv_of(response: Any) -> Table:
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"), newline=""), delimiter=";"))


def xlsx_of(response: Any) -> Table:
    sheet = load_workbook(io.BytesIO(response.content)).active
    assert sheet is not None
    assert {cell.data_type for row in sheet.rows for cell in row if cell.value is not None} == {"s"}
    return [[str(cell.value or "") for cell in row] for row in sheet.rows]


READ = {"csv": csv_of, "xlsx": xlsx_of}


@pytest.mark.rule("A20")
@pytest.mark.parametrize("file_format", READ)
def test_a_file_tells_of_each_line_what_the_page_does(lumiere: Lumiere, browser: Client, file_format: str) -> None:
    action = open_action(lumiere.bakery, lumiere.claire)
    by = Actor(ActorKind.STAFF, "Claire Moreau", staff_id=lumiere.claire.pk, ip="192.0.2.7")
    tell(lumiere, "x", verb=Verb.FIRM_CHANGED, detail="Colour", old="#2b4c9b", new="#1d5546", at=NOW + DAY, by=by)
    about: dict[str, Any] = {"account_id": lumiere.bakery.pk, "action_id": action.pk}
    tell(lumiere, action.title, verb=Verb.ACTION_REMINDED, detail="1/3 (Nadia)", by=Actor.system(), at=NOW + DAY / 2, **about)
    heading, *rows = READ[file_format](export(browser, file_format))
    assert heading == HEADING
    assert rows[:2] == [
        ["2026-11-04", "14:02:00", "Claire Moreau", "Team of the firm", "192.0.2.7",
         "changed the setting Colour", "", "", "#2b4c9b", "#1d5546"],
        ["2026-11-04", "02:02:00", "Relance", "Relance", "", "prepared reminder 1/3 (Nadia) of “Lettre de mission 2027”",
         "Boulangerie Lefèvre SRL", "Lettre de mission 2027", "", ""],
    ]  # fmt: skip


def test_a_file_holds_what_the_filters_leave(lumiere: Lumiere, browser: Client) -> None:
    tell(lumiere, "asked", account_id=lumiere.bakery.pk)
    tell(lumiere, "reminded", verb=Verb.ACTION_REMINDED, account_id=lumiere.tilleuls.pk)
    _heading, *rows = csv_of(export(browser, query="?what=reminders&q=tilleuls&day=2026-11-03&page=7"))
    assert [row[5] for row in rows] == ["prepared reminder  of “reminded”"]
    _heading, *rows = csv_of(export(browser, query="?what=imports"))
    assert rows == []


def test_the_page_offers_a_file_of_what_it_shows(lumiere: Lumiere, browser: Client) -> None:
    tell(lumiere, "asked")
    main = main_of(browser.get("/activity/?what=requests&day=2026-11-03&page=1"))
    (form,) = main.find_all("form", method="post")
    assert form.attrs["action"] == "/activity/export/?what=requests&day=2026-11-03"
    assert [(button.text, button.attrs["value"]) for button in form.find_all("button")] == [("Export CSV", "csv"), ("Export Excel", "xlsx")]
    assert main_of(browser.get("/activity/?what=imports")).find_all("form", method="post") == []


def test_an_export_leaves_a_line_of_its_own(lumiere: Lumiere, browser: Client) -> None:
    tell(lumiere, "reminded", verb=Verb.ACTION_REMINDED, account_id=lumiere.tilleuls.pk)
    first = export(browser, "xlsx", "?what=reminders&q=tilleuls")
    line = ActivityLine.objects.latest("pk")
    assert (line.verb, line.staff_id, line.ip, line.at) == (Verb.LOG_EXPORTED, lumiere.claire.pk, "127.0.0.1", NOW)
    assert (line.sentence, line.new) == ("exported the activity: Excel, 1 line", "Search by account: tilleuls; Kind of act: Reminders")
    assert len(xlsx_of(first)) == 2
    assert csv_of(export(browser, query="?what=firm"))[1][5] == "exported the activity: Excel, 1 line"


@pytest.mark.parametrize(
    ("file_format", "content_type"),
    [("csv", "text/csv; charset=utf-8"), ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")],
)
def test_a_file_is_handed_out_to_be_kept(lumiere: Lumiere, browser: Client, file_format: str, content_type: str) -> None:
    response = export(browser, file_format)
    assert response.headers["Content-Type"] == content_type
    assert response.headers["Content-Disposition"] == f'attachment; filename="activity-2026-11-03.{file_format}"'


def test_a_file_in_french(lumiere: Lumiere, browser: Client) -> None:
    browser.cookies["django_language"] = "fr"
    response = export(browser)
    assert response.headers["Content-Disposition"] == 'attachment; filename="activite-2026-11-03.csv"'
    assert csv_of(response)[0][:4] == ["Date", "Heure (Europe/Paris)", "Qui", "En tant que"]
    assert ActivityLine.objects.latest("pk").detail.startswith("CSV, ")


def test_looking_changes_nothing_and_an_unknown_format_is_refused(lumiere: Lumiere, browser: Client) -> None:
    before = ActivityLine.objects.count()
    assert browser.get("/activity/export/").status_code == 405
    assert [export(browser, file_format).status_code for file_format in ("", "pdf")] == [400, 400]
    assert ActivityLine.objects.count() == before


def test_an_export_needs_its_token(lumiere: Lumiere) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(lumiere.claire.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert export(browser).status_code == 403


def test_a_file_that_was_cut_says_so(lumiere: Lumiere, browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        tell(lumiere, f"number {number}")
    monkeypatch.setattr(activity_export, "MOST_IN_A_FILE", 2)
    _heading, *rows = csv_of(export(browser, query="?what=requests"))
    assert [row[5] for row in rows[:-1]] == ["asked for “number 2”", "asked for “number 1”"]
    assert rows[-1] == ["Only the newest 2 of 3 lines are here. Choose a first and a last day to export the others."]
    assert ActivityLine.objects.latest("pk").detail == "CSV, 2 lines"


HOSTILE = ("=cmd|'/c calc'!A0", '<script>alert(1)</script>"', "+1+1", "@SUM(A1)", "-2+3", "\tx", "{{ 7*7 }}", "\u202eevil")


@pytest.mark.parametrize("text", HOSTILE)
def test_what_people_typed_is_text_on_the_page_and_in_both_files(lumiere: Lumiere, browser: Client, text: str) -> None:
    lumiere.bakery.name = text
    lumiere.bakery.save()
    about: dict[str, Any] = {"detail": text, "old": text, "new": f"{text}!", "account_id": lumiere.bakery.pk}
    tell(lumiere, text, verb=Verb.ACCOUNT_CHANGED, by=Actor(ActorKind.CLIENT, text), **about)
    page = browser.get("/activity/")
    said = f"changed {text} of {text}"
    assert " ".join(f"{text} {said} from “{text}” to “{text}!”".split()) in main_of(page).text
    assert "<script>alert" not in page.content.decode()
    in_csv = f"'{text}" if text[0] in "=+-@\t" else text
    cells = csv_of(export(browser))[1]
    assert [cells[at] for at in (2, 5, 6, 8)] == [in_csv, said, in_csv, in_csv]
    cells = xlsx_of(export(browser, "xlsx", "?what=clients"))[1]
    assert [cells[at] for at in (2, 5, 6, 8)] == [text, said, text, text]


@pytest.mark.rule("M30")
def test_an_employee_without_sight_exports_their_own_accounts_and_acts(lumiere: Lumiere, sign_in: SignIn) -> None:
    own = AccountFactory.create(firm=lumiere.firm, name="Ambulances Rey", manager=lumiere.paulo)
    tell(lumiere, "of an own account", account_id=own.pk)
    tell(lumiere, "own act", by=Actor.staff(lumiere.paulo), account_id=lumiere.bakery.pk)
    tell(lumiere, "theirs", account_id=lumiere.bakery.pk)
    rows = csv_of(export(sign_in(lumiere.paulo), query=f"?account={lumiere.bakery.code}"))[1:]
    assert [(row[5], row[6]) for row in rows] == [("asked for “own act”", ""), ("asked for “of an own account”", "Ambulances Rey")]


def test_a_file_tells_nothing_of_another_firm(two_firms: tuple[Lumiere, Peeters], sign_in: SignIn) -> None:
    lumiere, peeters = two_firms
    with firm_context(lumiere.firm.pk):
        tell(lumiere, "theirs", account_id=lumiere.bakery.pk)
    content = export(sign_in(peeters.wim), query=f"?account={lumiere.bakery.code}").content.decode("utf-8-sig")
    assert "created the firm" in content
    assert "Claire" not in content
    assert "theirs" not in content


@pytest.mark.parametrize("count", [1, 3])
def test_a_file_costs_the_same_however_much_is_in_it(
    lumiere: Lumiere, browser: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        action = open_action(lumiere.bakery, lumiere.claire)
        tell(lumiere, f"number {number}", account_id=lumiere.bakery.pk, action_id=action.pk)
    with django_assert_num_queries(11):
        export(browser, query=f"?account={lumiere.bakery.code}")
