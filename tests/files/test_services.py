"""Keeping, replacing, moving and trashing files; content and rows together."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import translation
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from files.enums import Area
from files.errors import FileHeld, FileRefused, FolderRefused
from files.holding import Holder, _holders, register_holder
from files.models import File, FileVersion, Folder
from files.purging import purge_in_firm
from files.queries import files_in, last_version, versions_of
from files.services import add_version, delete_folder, keep_file, make_folder, move, rename, rename_folder, restore, trash
from files.stored import Stored
from files.tasks import purge
from firms.actors import Actor
from firms.models import ActivityLine
from tenancy.context import firm_context
from tests.factories import START
from tests.files.contents import HTML, picture, upload
from tests.people import Lumiere, Peeters
from tests.signing import make_pdf

DAY = timedelta(days=1)


@pytest.fixture
def by(lumiere: Lumiere) -> dict[str, Any]:
    return {"by": Actor.staff(lumiere.claire), "now": START}


def kept(lumiere: Lumiere, name: str = "lettre.pdf", *, folder: Folder | None = None, **more: Any) -> File:
    values = {"area": Area.FIRM, "by": Actor.staff(lumiere.claire), "now": START, "upload": upload(name=name), **more}
    return keep_file(account=lumiere.bakery, folder=folder, **values)


def contents(firm_id: int) -> list[str]:
    root = Path(settings.MEDIA_ROOT) / "files" / str(firm_id)
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def lines(lumiere: Lumiere) -> list[str]:
    return [line.sentence for line in ActivityLine.objects.filter(account_id=lumiere.bakery.pk).order_by("id")]


def test_file_is_kept_with_its_first_version_and_a_line(lumiere: Lumiere) -> None:
    content = make_pdf(2)
    file = kept(lumiere, "Bail.pdf", upload=upload(content, "Bail.pdf"))
    version = last_version(file)
    assert (file.name, file.pages, file.size, file.uploaded_by, file.by_client) == ("Bail.pdf", 2, len(content), "Claire Moreau", False)
    assert (version.number, bytes(version.sha256), Stored.version(version).content()) == (1, bytes(version.sha256), content)
    assert lines(lumiere) == ["added the file “Bail.pdf”: Du cabinet"]


def test_same_name_gets_a_number_and_nothing_is_lost(lumiere: Lumiere) -> None:
    assert [kept(lumiere, "a.pdf").name for _ in range(3)] == ["a.pdf", "a (2).pdf", "a (3).pdf"]
    assert kept(lumiere, "a.pdf", area=Area.PRIVATE).name == "a.pdf"


@pytest.mark.parametrize("name", ["a" * 200 + ".csv", "\ufdfa" * 12 + ".csv"])
def test_name_that_is_cut_gets_its_number_all_the_same(lumiere: Lumiere, name: str) -> None:
    kept(lumiere, upload=upload(b"a;b\n", name))
    assert kept(lumiere, upload=upload(b"a;b\n", name)).name.endswith(" (2).csv")


def test_hundreds_of_one_name_cost_no_more_than_one(lumiere: Lumiere, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    one = kept(lumiere, "image.pdf")
    values = {field: getattr(one, field) for field in ("firm", "account", "area", "content_type", "size", "uploaded_at", "uploaded_by")}
    names = [f"image ({number}).pdf" for number in range(2, 600)]
    File.objects.bulk_create(File(**values, uploader="staff", name=name, name_key=name) for name in names)
    with django_assert_num_queries(7):
        last = kept(lumiere, "image.pdf")
    assert re.fullmatch(r"image \(\d{8}\)\.pdf", last.name)


IMPOSSIBLE: dict[str, dict[str, Any]] = {
    "two of one name": {"name_key": "b.pdf"},
    "trashed by nobody": {"trashed_at": START},
    "trashed by somebody, but not": {"trashed_by": "Claire"},
}


@pytest.mark.parametrize("change", IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_database_refuses_what_cannot_be(lumiere: Lumiere, change: dict[str, Any]) -> None:
    file, _other = kept(lumiere, "a.pdf"), kept(lumiere, "b.pdf")
    with pytest.raises(IntegrityError), transaction.atomic():
        File.objects.filter(pk=file.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        FileVersion.objects.filter(file=file).update(number=0)


def test_renamed_moved_and_restored_files_make_room_for_each_other(lumiere: Lumiere, by: dict[str, Any]) -> None:
    gone = kept(lumiere, "a.pdf")
    trash(files=[gone], **by)
    kept(lumiere, "a.pdf")
    restore(files=[gone], **by)
    assert rename(file=kept(lumiere, "b.pdf"), name="A", **by).name == "A (3).pdf"
    assert [file.name for file in files_in(lumiere.bakery, Area.FIRM, None)] == ["a (2).pdf", "A (3).pdf", "a.pdf"]


def test_folder_of_another_account_or_area_takes_nothing(lumiere: Lumiere, by: dict[str, Any]) -> None:
    folder = make_folder(account=lumiere.tilleuls, area=Area.FIRM, parent=None, name="2026", **by)
    for place in ({"account": lumiere.bakery}, {"account": lumiere.tilleuls, "area": Area.PRIVATE}):
        with pytest.raises(ValueError, match="own account and area"):
            keep_file(**{"area": Area.FIRM, "folder": folder, "upload": upload(), **place, **by})
    with pytest.raises(ValueError, match="own account and area"):
        move(files=[kept(lumiere)], area=Area.FIRM, folder=folder, **by)


def test_log_speaks_the_firm_s_language(lumiere: Lumiere, by: dict[str, Any]) -> None:
    with translation.override("en"):
        folder = make_folder(account=lumiere.bakery, area=Area.PRIVATE, parent=None, name="2026", **by)
        move(files=[kept(lumiere)], area=Area.PRIVATE, folder=folder, **by)
    details = ActivityLine.objects.filter(account_id=lumiere.bakery.pk).order_by("id").values_list("detail", flat=True)
    assert [*details] == ["créé dans «\xa0Réservé au cabinet\xa0»", "Du cabinet", "Réservé au cabinet / 2026"]


def test_refused_file_leaves_neither_row_nor_content(lumiere: Lumiere) -> None:
    before = contents(lumiere.firm.pk)
    with pytest.raises(FileRefused):
        kept(lumiere, upload=upload(HTML))
    assert (File.objects.count(), contents(lumiere.firm.pk)) == (0, before)


def test_content_goes_when_its_rows_cannot_be_written(lumiere: Lumiere, by: dict[str, Any]) -> None:
    folder = make_folder(account=lumiere.bakery, area=Area.FIRM, parent=None, name="2026", **by)
    Folder.objects.filter(pk=folder.pk).delete()
    before = contents(lumiere.firm.pk)
    with pytest.raises(FolderRefused) as refused, transaction.atomic():
        kept(lumiere, folder=folder)
    assert str(refused.value) == "The folder “2026” is gone. Choose another one."
    assert contents(lumiere.firm.pk) == before


def test_new_version_keeps_the_name_and_the_earlier_ones(lumiere: Lumiere, by: dict[str, Any]) -> None:
    file = kept(lumiere, "Bail.pdf")
    add_version(file=file, upload=upload(make_pdf(3), "scan-0001.pdf"), **by)
    file.refresh_from_db()
    assert (file.name, file.pages, file.versions) == ("Bail.pdf", 3, 2)
    assert [(version.number, version.pages) for version in versions_of(file)] == [(2, 3), (1, 1)]


def test_version_of_another_type_brings_its_ending(lumiere: Lumiere, by: dict[str, Any]) -> None:
    file = kept(lumiere, "Bail.pdf")
    add_version(file=file, upload=upload(picture(), "Bail.png"), **by)
    file.refresh_from_db()
    assert (file.name, file.content_type, file.pages) == ("Bail.png", "image/png", 0)
    assert [version.name for version in versions_of(file)] == ["Bail.png", "Bail.pdf"]


@pytest.mark.parametrize(
    ("typed", "name"), [("Bail 2027", "Bail 2027.pdf"), ("Bail.PDF", "Bail.pdf"), ("../x", "x.pdf"), ("a.exe", "a.exe.pdf")]
)
def test_renamed_file_keeps_its_ending(lumiere: Lumiere, by: dict[str, Any], typed: str, name: str) -> None:
    assert rename(file=kept(lumiere), name=typed, **by).name == name


def test_name_of_nothing_is_refused(lumiere: Lumiere, by: dict[str, Any]) -> None:
    with pytest.raises(FileRefused, match=r"Please type a name\."):
        rename(file=kept(lumiere), name=" ../ ", **by)


def test_move_takes_several_to_a_folder_of_another_area(lumiere: Lumiere, by: dict[str, Any]) -> None:
    folder = make_folder(account=lumiere.bakery, area=Area.PRIVATE, parent=None, name="Dossier", **by)
    kept(lumiere, "a.pdf", area=Area.PRIVATE, folder=folder)
    move(files=[kept(lumiere, "a.pdf"), kept(lumiere, "b.pdf")], area=Area.PRIVATE, folder=folder, **by)
    assert [file.name for file in files_in(lumiere.bakery, Area.PRIVATE, folder)] == ["a (2).pdf", "a.pdf", "b.pdf"]


def test_trashed_file_comes_back_whole(lumiere: Lumiere, by: dict[str, Any]) -> None:
    file = kept(lumiere)
    trash(files=[file], **by)
    assert list(files_in(lumiere.bakery, Area.FIRM, None)) == []
    restore(files=[file], **by)
    assert [each.name for each in files_in(lumiere.bakery, Area.FIRM, None)] == ["lettre.pdf"]
    assert lines(lumiere)[1:] == ["put “lettre.pdf” into the trash", "took “lettre.pdf” out of the trash"]


@pytest.fixture
def holder() -> Any:
    """Registers what somebody above says of files, and takes it back."""
    before = list(_holders)
    yield register_holder
    _holders[:] = before


def test_file_of_an_open_request_stays_out_of_the_trash(lumiere: Lumiere, by: dict[str, Any], holder: Any) -> None:
    asked, free = kept(lumiere, "asked.pdf"), kept(lumiere, "free.pdf")
    holder(Holder(held=lambda firm, files: {asked.pk: "Comptes 2026"}, kept_for_good=lambda firm, files: set()))
    with pytest.raises(FileHeld) as refused:
        trash(files=[free, asked], **by)
    assert str(refused.value) == ("“asked.pdf” is part of the open request “Comptes 2026”. Withdraw the request first, or let it be done.")
    assert File.objects.filter(trashed_at=None).count() == 2


def test_file_of_an_open_request_stays_in_the_client_s_sight(lumiere: Lumiere, by: dict[str, Any], holder: Any) -> None:
    asked, hidden = kept(lumiere, "asked.pdf"), kept(lumiere, "hidden.pdf", area=Area.PRIVATE)
    held = {asked.pk: "Comptes 2026", hidden.pk: "Comptes 2026"}
    holder(Holder(held=lambda firm, files: {pk: held[pk] for pk in files if pk in held}, kept_for_good=lambda firm, files: set()))
    with pytest.raises(FileHeld, match="is part of the open request"):
        move(files=[hidden, asked], area=Area.PRIVATE, folder=None, **by)
    move(files=[asked], area=Area.CLIENT, folder=None, **by)
    move(
        files=[hidden],
        area=Area.PRIVATE,
        folder=make_folder(account=lumiere.bakery, area=Area.PRIVATE, parent=None, name="2026", **by),
        **by,
    )
    assert [(file.name, file.area) for file in File.objects.order_by("name_key")] == [("asked.pdf", "client"), ("hidden.pdf", "private")]


def test_trash_is_emptied_after_thirty_days_but_for_evidence(
    lumiere: Lumiere, by: dict[str, Any], holder: Any, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    before = contents(lumiere.firm.pk)
    gone, evidence = kept(lumiere, "gone.pdf"), kept(lumiere, "evidence.pdf")
    trash(files=[gone, evidence], **by)
    holder(Holder(held=lambda firm, files: {}, kept_for_good=lambda firm, files: {evidence.pk}))
    assert purge_in_firm(lumiere.firm.pk, START + 29 * DAY) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert purge_in_firm(lumiere.firm.pk, START + 30 * DAY) == 1
    assert [file.name for file in File.objects.all()] == ["evidence.pdf"]
    assert FileVersion.objects.filter(file_id=gone.pk).count() == 0
    added = set(contents(lumiere.firm.pk)) - set(before)
    assert added == {f"{evidence.code}/1/content"}
    assert not default_storage.exists(f"files/{lumiere.firm.pk}/{gone.code}/1/content")
    assert purge_in_firm(lumiere.firm.pk, START + 31 * DAY) == 0


# --- Folders -------------------------------------------------------------------------------------------------------------


def test_folder_names_are_unique_among_siblings(lumiere: Lumiere, by: dict[str, Any]) -> None:
    place: dict[str, Any] = {"account": lumiere.bakery, "area": Area.FIRM}
    top = make_folder(**place, parent=None, name="2026", **by)
    inner = make_folder(**place, parent=top, name="2026", **by)
    with pytest.raises(FolderRefused) as refused:
        make_folder(**place, parent=None, name=" 2026 ", **by)
    assert str(refused.value) == "There is a folder “2026” here already. Choose another name."
    assert rename_folder(folder=inner, name="TVA", **by).name == "TVA"
    with pytest.raises(FolderRefused):
        make_folder(**place, parent=top, name="tva", **by)


def test_only_an_empty_folder_is_deleted(lumiere: Lumiere, by: dict[str, Any]) -> None:
    folder = make_folder(account=lumiere.bakery, area=Area.FIRM, parent=None, name="2026", **by)
    file = kept(lumiere, folder=folder)
    with pytest.raises(FolderRefused) as refused:
        delete_folder(folder=folder, **by)
    assert str(refused.value) == "“2026” is not empty. Move or trash what is in it first."
    trash(files=[file], **by)
    delete_folder(folder=folder, **by)
    restore(files=[file], **by)
    assert [each.name for each in files_in(lumiere.bakery, Area.FIRM, None)] == ["lettre.pdf"]


def test_tick_empties_the_trash_of_every_firm(two_firms: tuple[Lumiere, Peeters]) -> None:
    lumiere, peeters = two_firms
    for account, staff in ((lumiere.bakery, lumiere.claire), (peeters.garage, peeters.wim)):
        with firm_context(account.firm_id):
            by = Actor.staff(staff)
            file = keep_file(account=account, area=Area.FIRM, folder=None, upload=upload(), by=by, now=START)
            trash(files=[file], by=by, now=START)
    with time_machine.travel(START + 30 * DAY, tick=False):
        assert (purge(), purge()) == (2, 0)
