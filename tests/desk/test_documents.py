"""The Documents tab of an account, the page of a file, and the documents of the whole firm."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from clients.models import Account
from files.enums import Area
from files.models import File, Folder
from files.services import make_folder
from firms.actors import Actor
from firms.models import ActivityLine
from kinds.documents.enums import Rhythm
from kinds.documents.models import PeriodComplete, ReceivedFile, VatRhythm
from kinds.documents.services import set_rhythm
from notifications.models import Notice
from reminders.services import withdraw
from tests.approving import approval
from tests.desk.conftest import NOW, SignIn
from tests.documenting import documents_asked, kept_for, texts
from tests.files.contents import HTML, picture
from tests.people import Lumiere
from tests.signing import make_pdf


@pytest.fixture
def browser(lumiere: Lumiere, sign_in: SignIn) -> Client:
    return sign_in(lumiere.claire)


def page_of(browser: Client, path: str) -> str:
    response = browser.get(path)
    assert response.status_code == 200
    return response.content.decode()


def tab(account: Account, query: str = "") -> str:
    return f"/documents/{account.code}/{query}"


def do(browser: Client, path: str, **body: object) -> str:
    response = browser.post(path, body, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def names(account: Account, **where: Any) -> list[str]:
    return [file.name for file in File.objects.filter(account=account, **where)]


def folder_of(lumiere: Lumiere, name: str = "2026", area: Area = Area.FIRM) -> Folder:
    return make_folder(account=lumiere.bakery, area=area, parent=None, name=name, by=Actor.staff(lumiere.claire), now=NOW)


# --- Upload --------------------------------------------------------------------------------------------------------------


@pytest.mark.rule("C25")
def test_upload_keeps_what_it_can_and_tells_the_client_once(browser: Client, lumiere: Lumiere) -> None:
    folder = folder_of(lumiere)
    uploads = [*texts("a.csv", "b.csv"), SimpleUploadedFile("page.pdf", HTML)]
    page = do(browser, f"/documents/{lumiere.bakery.code}/upload/", files=uploads, folder=folder.code, tell="on")
    assert "“page.pdf” is a web page, which can hold a program." in page
    assert "2 files were uploaded." in page
    assert names(lumiere.bakery, folder=folder, area="firm") == ["a.csv", "b.csv"]
    notices = Notice.objects.filter(event="documents_uploaded").order_by("email")
    assert [(notice.email, [row["ITEM"] for row in notice.values["rows"]]) for notice in notices] == [
        ("nadia@lefevre.example", ["a.csv", "b.csv"]),
        ("paul@lefevre.example", ["a.csv", "b.csv"]),
    ]


@pytest.mark.parametrize("body", [{"area": "firm"}, {"area": "private", "tell": "on"}, {"area": "client", "tell": "on"}])
def test_nobody_is_told_where_that_is_not_wanted(browser: Client, lumiere: Lumiere, body: dict[str, str]) -> None:
    do(browser, f"/documents/{lumiere.bakery.code}/upload/", files=texts("a.csv"), **body)
    assert names(lumiere.bakery, area=body["area"]) == ["a.csv"]
    assert Notice.objects.filter(event="documents_uploaded").count() == 0


@pytest.mark.rule("X22")
def test_page_says_who_will_be_told_but_not_where_nobody_is(browser: Client, lumiere: Lumiere) -> None:
    shared, private = (page_of(browser, tab(lumiere.bakery, f"?area={area}")) for area in ("firm", "private"))
    who = f"/documents/{lumiere.bakery.code}/who/"
    assert [who in page for page in (shared, private)] == [True, False]
    assert "nadia@lefevre.example" in page_of(browser, who)
    assert ['name="tell"' in page for page in (shared, private)] == [True, False]


def test_employee_without_the_right_looks_and_changes_nothing(lumiere: Lumiere, sign_in: SignIn) -> None:
    lumiere.emma.rights = ["see_all_accounts"]
    lumiere.emma.save()
    file = kept_for(lumiere.bakery, lumiere.claire)
    browser = sign_in(lumiere.emma)
    assert "bilan.csv" in page_of(browser, tab(lumiere.bakery))
    posts = [
        (f"/documents/{lumiere.bakery.code}/upload/", {"files": texts("a.csv")}),
        (f"/documents/{lumiere.bakery.code}/ticked/", {"row": file.code, "bulk": "trash"}),
        (f"/documents/files/{file.code}/rename/", {"name": "x"}),
        (f"/documents/{lumiere.bakery.code}/vat/", {"rhythm": "month"}),
    ]
    assert [browser.post(path, body).status_code for path, body in posts] == [403] * 4


# --- Names, folders, moving, trash ---------------------------------------------------------------------------------------


def test_markup_and_formulas_in_names_are_plain_text(browser: Client, lumiere: Lumiere) -> None:
    kept_for(lumiere.bakery, lumiere.claire, "=cmd <script>alert(1)< b>.csv")
    page = page_of(browser, tab(lumiere.bakery))
    assert "=cmd &lt;script&gt;alert(1)&lt; b&gt;.csv" in page
    assert "<script>alert" not in page


def test_folders_are_made_named_and_deleted(browser: Client, lumiere: Lumiere) -> None:
    do(browser, f"/documents/{lumiere.bakery.code}/folders/", area="firm", name="Comptes")
    folder = Folder.objects.get()
    assert "There is a folder “comptes” here already." in do(
        browser, f"/documents/{lumiere.bakery.code}/folders/", area="firm", name="comptes"
    )
    do(browser, f"/documents/{lumiere.bakery.code}/folders/{folder.code}/rename/", name="Comptes 2026")
    kept_for(lumiere.bakery, lumiere.claire, folder=folder)
    delete = f"/documents/{lumiere.bakery.code}/folders/{folder.code}/delete/"
    assert "“Comptes 2026” is not empty." in do(browser, delete)
    File.objects.all().delete()
    assert "The folder “Comptes 2026” was deleted." in do(browser, delete)
    assert Folder.objects.count() == 0


def test_ticked_files_are_moved_to_a_folder(browser: Client, lumiere: Lumiere) -> None:
    files = [kept_for(lumiere.bakery, lumiere.claire, name) for name in ("a.csv", "b.csv")]
    folder = folder_of(lumiere, area=Area.PRIVATE)
    path, row = f"/documents/{lumiere.bakery.code}/ticked/", [file.code for file in files]
    assert "Move 2 files" in do(browser, path, bulk="move", row=row)
    assert "2 files were moved." in do(browser, path, row=row, to=folder.code)
    assert names(lumiere.bakery, folder=folder, area="private") == ["a.csv", "b.csv"]


@pytest.mark.parametrize("to", ["", "x", "firm "])
def test_place_that_is_none_moves_nothing(browser: Client, lumiere: Lumiere, to: str) -> None:
    file = kept_for(lumiere.bakery, lumiere.claire, area=Area.PRIVATE)
    one, many = f"/documents/files/{file.code}/move/", f"/documents/{lumiere.bakery.code}/ticked/"
    answers = [browser.post(one, {"to": to}), browser.post(one), browser.post(many, {"row": file.code, "to": to})]
    upload = browser.post(f"/documents/{lumiere.bakery.code}/upload/", {"files": texts("b.csv"), "area": to})
    assert [answer.status_code for answer in (*answers, upload)] == [404] * 4
    assert names(lumiere.bakery, area="private") == names(lumiere.bakery) == ["bilan.csv"]


def test_moving_says_why_not(browser: Client, lumiere: Lumiere, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder went meanwhile, or an open request shows the file."""
    action, file = documents_asked(lumiere), kept_for(lumiere.bakery, lumiere.claire, area=Area.CLIENT)
    ReceivedFile.objects.create(firm=lumiere.firm, request_id=action.pk, file=file)
    one, many = f"/documents/files/{file.code}/move/", f"/documents/{lumiere.bakery.code}/ticked/"
    held = "“bilan.csv” is part of the open request “Relevés de septembre”."
    assert [held in do(browser, one, to="private"), held in do(browser, many, row=file.code, to="private")] == [True, True]
    folder = folder_of(lumiere)
    monkeypatch.setattr("desk.document_place.get_folder_of", lambda account, code: folder)
    Folder.objects.all().delete()
    gone = "The folder “2026” is gone. Choose another one."
    assert [gone in do(browser, one, to="gone"), gone in do(browser, many, row=file.code, to="gone")] == [True, True]
    assert names(lumiere.bakery, area="client") == ["bilan.csv"]


def test_trash_can_be_undone_and_has_a_page(browser: Client, lumiere: Lumiere) -> None:
    file = kept_for(lumiere.bakery, lumiere.claire)
    page = do(browser, f"/documents/{lumiere.bakery.code}/ticked/", bulk="trash", row=[file.code])
    undo = f"/documents/{lumiere.bakery.code}/restore/?row={file.code}"
    assert undo in page
    assert "bilan.csv" in page_of(browser, f"/documents/{lumiere.bakery.code}/trash/")
    do(browser, undo)
    assert names(lumiere.bakery, trashed_at=None) == ["bilan.csv"]


def test_trash_names_the_approvals_of_which_a_file_was_part(browser: Client, lumiere: Lumiere) -> None:
    action = approval(lumiere, names=["comptes.pdf"], title="Comptes 2026")
    withdraw(action=action, by=Actor.staff(lumiere.claire), now=NOW)
    file, other = File.objects.get(), kept_for(lumiere.bakery, lumiere.claire)
    page = do(browser, f"/documents/{lumiere.bakery.code}/ticked/", bulk="trash", row=[other.code])
    assert "The approval" not in page
    page = do(browser, f"/documents/{lumiere.bakery.code}/ticked/", bulk="trash", row=[file.code])
    assert "1 file is in the trash. The approval “Comptes 2026” keeps a record of it." in page


def test_areas_say_how_much_they_hold(browser: Client, lumiere: Lumiere) -> None:
    kept_for(lumiere.bakery, lumiere.claire, folder=folder_of(lumiere))
    kept_for(lumiere.bakery, lumiere.claire)
    kept_for(lumiere.bakery, lumiere.claire, area=Area.PRIVATE)
    kept_for(lumiere.tilleuls, lumiere.claire, area=Area.CLIENT)
    areas = browser.get(tab(lumiere.bakery)).context["areas"]
    assert [(area, count) for area, _, _, count in areas] == [(Area.FIRM, 2), (Area.CLIENT, 0), (Area.PRIVATE, 1)]


def test_file_of_an_open_request_is_not_trashed(browser: Client, lumiere: Lumiere) -> None:
    action, file = documents_asked(lumiere), kept_for(lumiere.bakery, lumiere.claire, area=Area.CLIENT)
    ReceivedFile.objects.create(firm=lumiere.firm, request_id=action.pk, file=file)
    page = do(browser, f"/documents/files/{file.code}/trash/")
    assert "“bilan.csv” is part of the open request “Relevés de septembre”." in page
    assert names(lumiere.bakery, trashed_at=None) == ["bilan.csv"]


# --- A file --------------------------------------------------------------------------------------------------------------


def test_file_is_shown_replaced_and_its_versions_stay(browser: Client, lumiere: Lumiere) -> None:
    file = kept_for(lumiere.bakery, lumiere.claire)
    page = do(browser, f"/documents/files/{file.code}/version/", file=SimpleUploadedFile("bilan.pdf", make_pdf(2)))
    assert "The new version is in place" in page
    assert f"/documents/files/{file.code}/2/pages/2.png" in page
    first, second = (browser.get(f"/documents/files/{file.code}/{number}/") for number in (1, 2))
    assert [first.headers["Content-Type"], second.headers["Content-Type"]] == ["text/plain", "application/pdf"]
    assert first.headers["Content-Disposition"].startswith("attachment;")
    assert browser.get(f"/documents/files/{file.code}/2/pages/1.png").headers["Content-Type"] == "image/png"


def test_picture_is_shown_as_one_of_ours(browser: Client, lumiere: Lumiere) -> None:
    do(browser, f"/documents/{lumiere.bakery.code}/upload/", files=[SimpleUploadedFile("photo.jpg", picture("JPEG"))])
    file = File.objects.get()
    assert f"/documents/files/{file.code}/1/picture.png" in page_of(browser, f"/documents/files/{file.code}/")
    assert browser.get(f"/documents/files/{file.code}/1/picture.png").headers["Content-Type"] == "image/png"


def test_file_is_renamed_and_moved_from_its_page(browser: Client, lumiere: Lumiere) -> None:
    file = kept_for(lumiere.bakery, lumiere.claire)
    assert "Please type a name." in do(browser, f"/documents/files/{file.code}/rename/", name="../")
    do(browser, f"/documents/files/{file.code}/rename/", name="Bilan 2026")
    do(browser, f"/documents/files/{file.code}/move/", to="private")
    assert names(lumiere.bakery, area="private") == ["Bilan 2026.csv"]


# --- VAT periods ---------------------------------------------------------------------------------------------------------


@pytest.mark.rule("B15")
def test_rhythm_is_set_and_a_complete_period_reopened(browser: Client, lumiere: Lumiere) -> None:
    do(browser, f"/documents/{lumiere.bakery.code}/vat/", rhythm="quarter")
    page = page_of(browser, tab(lumiere.bakery))
    assert ["Q3 2026" in page, "Q4 2026" in page] == [True, True]
    complete = PeriodComplete.objects.create(
        firm=lumiere.firm, account=lumiere.bakery, period_from="2026-07-01", period_until="2026-09-30", at=NOW, by_name="Nadia Lefèvre",
        by_kind="client",
    )  # fmt: skip
    assert "All sent, says Nadia Lefèvre" in page_of(browser, tab(lumiere.bakery))
    do(browser, f"/documents/{lumiere.bakery.code}/periods/{complete.code}/reopen/")
    assert PeriodComplete.objects.count() == 0
    lines = ActivityLine.objects.filter(verb__in=["vat_rhythm_changed", "period_reopened"]).order_by("id")
    assert [(line.detail, line.subject) for line in lines] == [("Chaque trimestre", ""), ("", "T3 2026")]  # in the firm's language


@pytest.mark.parametrize("body", [{}, {"rhythm": "week"}])
def test_rhythm_that_is_none_takes_none_away(browser: Client, lumiere: Lumiere, body: dict[str, str]) -> None:
    set_rhythm(account=lumiere.bakery, rhythm=Rhythm.MONTH, by=Actor.staff(lumiere.claire), now=NOW)
    assert browser.post(f"/documents/{lumiere.bakery.code}/vat/", body).status_code == 404
    assert VatRhythm.objects.count() == 1
    do(browser, f"/documents/{lumiere.bakery.code}/vat/", rhythm="")
    assert VatRhythm.objects.count() == 0


# --- Lists ---------------------------------------------------------------------------------------------------------------


def test_search_finds_words_inside_names_in_all_areas(browser: Client, lumiere: Lumiere) -> None:
    kept_for(lumiere.bakery, lumiere.claire, "Relevé de septembre.csv", area=Area.CLIENT)
    kept_for(lumiere.bakery, lumiere.claire, "bilan.csv")
    page = page_of(browser, tab(lumiere.bakery, "?q=SEPT"))
    assert ["Relevé de septembre.csv" in page, "bilan.csv" in page] == [True, False]


def test_firm_s_documents_are_those_of_the_accounts_in_sight(lumiere: Lumiere, sign_in: SignIn) -> None:
    kept_for(lumiere.bakery, lumiere.claire, "bilan.csv")
    kept_for(lumiere.tilleuls, lumiere.claire, "bail.csv")
    Account.objects.filter(pk=lumiere.tilleuls.pk).update(manager=lumiere.paulo)
    page = page_of(sign_in(lumiere.paulo), "/documents/")
    assert ["bilan.csv" in page, "bail.csv" in page] == [False, True]


def test_folder_of_five_thousand_files_is_paged(
    browser: Client, lumiere: Lumiere, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    folder = folder_of(lumiere)
    one = kept_for(lumiere.bakery, lumiere.claire, folder=folder)
    values = {
        field: getattr(one, field) for field in ("firm", "account", "area", "folder", "content_type", "size", "uploaded_at", "uploaded_by")
    }
    File.objects.bulk_create(File(**values, uploader="staff", name=f"{n}.csv", name_key=f"{n}.csv") for n in range(4999))
    browser.get(tab(lumiere.bakery, f"?folder={folder.code}"))
    with django_assert_num_queries(11 + 2):
        page = page_of(browser, tab(lumiere.bakery, f"?folder={folder.code}&page=2"))
    assert "of 5,000" in page


@pytest.mark.parametrize("count", [1, 3])
def test_pages_cost_the_same_however_many_files(
    browser: Client, lumiere: Lumiere, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        kept_for(lumiere.bakery, lumiere.claire, f"{number}.csv", folder=folder_of(lumiere, f"Dossier {number}"))
        kept_for(lumiere.bakery, lumiere.claire, f"bilan {number}.csv")
    set_rhythm(account=lumiere.bakery, rhythm=Rhythm.MONTH, by=Actor.staff(lumiere.claire), now=NOW)
    file = File.objects.earliest("id")
    browser.get(tab(lumiere.bakery))
    for path, queries in (
        (tab(lumiere.bakery), 11),
        (tab(lumiere.bakery, "?q=bilan"), 11),
        ("/documents/", 6),
        (f"/documents/files/{file.code}/", 9),
    ):
        with django_assert_num_queries(queries + 2):  # of which two enter the firm
            browser.get(path)
