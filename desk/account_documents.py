"""The documents of an account: its tab, with folders, upload, moving, and the trash; its periods are set in `account_periods`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from clients.enums import Preference
from clients.models import Account
from clients.queries import get_account_for, get_account_to_change, may_change
from desk.account_pages import frame
from desk.approvals import document_subtabs
from desk.document_place import Place, crumbs_of, place_in, place_named, places_of
from desk.pages import PER_PAGE, today_of
from files.enums import Area
from files.errors import FileHeld, FolderRefused
from files.models import File
from files.queries import (
    RIGHT,
    count_files,
    files_in,
    files_matching,
    files_of,
    files_to_change,
    get_folder_of,
    list_folders,
    trashed_files,
)
from files.services import delete_folder, keep_file, make_folder, rename_folder
from firms.actors import Actor
from firms.doors import staff_of, staff_only
from kinds.approvals.queries import titles_asked_about
from kinds.documents.enums import Rhythm
from kinds.documents.queries import rhythm_of, states_of_periods
from kinds.documents.sharing import move_files, restore_files, tell_of, trash_files
from kinds.documents.uploading import answer, keep_each
from lib import clock
from notifications.queries import who_would_get
from reminders.page import count_people, rows
from ui.filters import search_of
from ui.paging import CappedPaginator
from ui.shell import BulkAction
from ui.toasts import toast

TAB = "account_documents"


@staff_only
@require_safe
def account_documents(request: HttpRequest, code: str) -> HttpResponse:
    staff, now = staff_of(request), clock.now()
    account = get_account_for(staff, code)
    place, q, folders = place_in(account, request.GET), search_of(request.GET), list_folders(account)
    found = files_matching(files_of(account).select_related("folder"), q) if q else files_in(account, place.area, place.folder)
    counts = count_files(account, found)
    rhythm = rhythm_of(account)
    context = {
        **frame(account, staff, TAB, now, files=counts.all),
        "subtabs": document_subtabs(account, TAB),
        "place": place,
        "q": q,
        "page": CappedPaginator(found, PER_PAGE, counted=counts.shown, most=counts.shown).get_page(request.GET.get("page")),
        "folders": []
        if q
        else [each for each in folders if each.area == place.area and each.parent_id == (place.folder and place.folder.pk)],
        "crumbs": crumbs_of(place, folders),
        "areas": [(area, Place(account, area).url, area == place.area, counts.areas[area]) for area in Area],
        "may_upload": may_change(staff, account, RIGHT),
        "actions": [BulkAction("move", "folder-symlink", _("Move")), BulkAction("trash", "trash", _("Trash"))],
        "rhythm": rhythm,
        "rhythms": Rhythm.choices,
        "periods": states_of_periods(account, rhythm, today_of(staff.firm, now)),
        "tells": place.area == Area.FIRM,
    }
    return render(request, "desk/account_documents.html", context)


@staff_only
@require_safe
def documents_count(request: HttpRequest, code: str) -> HttpResponse:
    """For the tab, after the page."""
    return render(request, "desk/_tab_count.html", {"count": files_of(get_account_for(staff_of(request), code)).count(), "color": "grey"})


@staff_only
@require_safe
def documents_who(request: HttpRequest, code: str) -> HttpResponse:
    """Who will be told of an upload (X22); a part of the page, asked for by htmx."""
    account = get_account_for(staff_of(request), code)
    who = who_would_get(firm=account.firm, account=account, preference=Preference.UPLOADS, named=(), now=clock.now())
    gets = rows(who)
    return render(request, "desk/_documents_who.html", {"gets": gets, "told": count_people(gets)})


@staff_only
@require_POST
def documents_upload(request: HttpRequest, code: str) -> HttpResponse:
    staff = staff_of(request)
    account = get_account_to_change(staff, code, RIGHT)
    place, by = place_in(account, request.POST), Actor.staff(staff, request)
    tell = place.area == Area.FIRM and request.POST.get("tell") == "on"

    def keep(upload: Any) -> File:
        now = clock.now()
        file = keep_file(account=account, area=place.area, folder=place.folder, upload=upload, by=by, now=now)
        if tell:
            tell_of(file=file, now=now)
        return file

    return answer(request, keep_each(request, keep), place.url)


# --- Several files at once -----------------------------------------------------------------------------------------------


@staff_only
@require_POST
def documents_bulk(request: HttpRequest, code: str) -> HttpResponse:
    """Moves or trashes what is ticked; moving asks where to first."""
    staff, now = staff_of(request), clock.now()
    account = get_account_for(staff, code)
    files = files_to_change(staff, account, request.POST.getlist("row"))
    back = place_in(account, request.POST).url
    if not files:
        messages.error(request, _("Tick at least one file."))
        return redirect(back)
    if request.POST.get("bulk") == "trash":
        return trash_ticked(request, account, files, back, now)
    if "to" not in request.POST:
        return ask_where(request, account, files, now)
    return move_ticked(request, files, place_named(account, request.POST["to"]), back, now)


def move_ticked(request: HttpRequest, files: Sequence[File], to: Place, back: str, now: datetime) -> HttpResponse:
    try:
        move_files(files=files, area=to.area, folder=to.folder, by=Actor.staff(staff_of(request), request), now=now)
    except (FileHeld, FolderRefused) as refused:
        messages.error(request, str(refused))
        return redirect(back)
    toast(request, ngettext("%(count)s file was moved.", "%(count)s files were moved.", len(files)) % {"count": len(files)})
    return redirect(to.url)


def trash_ticked(request: HttpRequest, account: Account, files: Sequence[File], back: str, now: datetime) -> HttpResponse:
    try:
        trash_files(files=files, by=Actor.staff(staff_of(request), request), now=now)
    except FileHeld as held:
        messages.error(request, str(held))
        return redirect(back)
    undo = f"{reverse('documents_restore', args=[account.code])}?{urlencode([('row', file.code) for file in files])}"
    said = ngettext("%(count)s file is in the trash.", "%(count)s files are in the trash.", len(files)) % {"count": len(files)}
    toast(request, " ".join([said, *kept_by_approvals(account, files)]), undo_url=undo)
    return redirect(back)


def kept_by_approvals(account: Account, files: Sequence[File]) -> list[str]:
    """A sentence that names the approvals of which these files were part, or none."""
    titles = [_("“%(title)s”") % {"title": title} for title in titles_asked_about(account.firm, [file.pk for file in files])]
    said = ngettext("The approval %(titles)s keeps a record of it.", "The approvals %(titles)s keep a record of it.", len(titles))
    return [said % {"titles": ", ".join(titles)}] if titles else []


def ask_where(request: HttpRequest, account: Account, files: Sequence[File], now: datetime) -> HttpResponse:
    context = {
        **frame(account, staff_of(request), TAB, now),
        "files": files,
        "places": places_of(list_folders(account)),
        "here": files[0].folder.code if files[0].folder else files[0].area,
    }
    return render(request, "desk/documents_move.html", context)


@staff_only
@require_POST
def documents_restore(request: HttpRequest, code: str) -> HttpResponse:
    """Out of the trash: by Undo, whose address names the files, or from the trash's page."""
    staff = staff_of(request)
    account = get_account_for(staff, code)
    codes = [*request.GET.getlist("row"), *request.POST.getlist("row")]
    files = files_to_change(staff, account, codes)
    restore_files(files=files, by=Actor.staff(staff, request), now=clock.now())
    if files:
        count = len(files)
        toast(request, ngettext("%(count)s file is back.", "%(count)s files are back.", count) % {"count": count})
        return redirect(Place(account, Area(files[0].area), files[0].folder).url)
    return redirect("documents_trash", code)


@staff_only
@require_safe
def documents_trash(request: HttpRequest, code: str) -> HttpResponse:
    staff, now = staff_of(request), clock.now()
    account = get_account_for(staff, code)
    page = Paginator(trashed_files(account), PER_PAGE).get_page(request.GET.get("page"))
    actions = [BulkAction("restore", "arrow-back-up", _("Restore"))]
    context = {**frame(account, staff, TAB, now), "page": page, "actions": actions, "may_upload": may_change(staff, account, RIGHT)}
    return render(request, "desk/documents_trash.html", context)


# --- Folders -------------------------------------------------------------------------------------------------------------


@staff_only
@require_POST
def folder_make(request: HttpRequest, code: str) -> HttpResponse:
    staff = staff_of(request)
    account = get_account_to_change(staff, code, RIGHT)
    place = place_in(account, request.POST)
    try:
        made = make_folder(
            account=account, area=place.area, parent=place.folder, name=request.POST.get("name", ""), by=Actor.staff(staff, request),
            now=clock.now(),
        )  # fmt: skip
    except FolderRefused as refused:
        messages.error(request, str(refused))
        return redirect(place.url)
    return redirect(Place(account, place.area, made).url)


@staff_only
@require_POST
def folder_rename(request: HttpRequest, code: str, folder: str) -> HttpResponse:
    staff = staff_of(request)
    found = get_folder_of(get_account_to_change(staff, code, RIGHT), folder)
    try:
        rename_folder(folder=found, name=request.POST.get("name", ""), by=Actor.staff(staff, request), now=clock.now())
    except FolderRefused as refused:
        messages.error(request, str(refused))
    return redirect(Place(found.account, Area(found.area), found).url)


@staff_only
@require_POST
def folder_delete(request: HttpRequest, code: str, folder: str) -> HttpResponse:
    staff = staff_of(request)
    found = get_folder_of(get_account_to_change(staff, code, RIGHT), folder)
    place = Place(found.account, Area(found.area), found)
    try:
        delete_folder(folder=found, by=Actor.staff(staff, request), now=clock.now())
    except FolderRefused as refused:
        messages.error(request, str(refused))
        return redirect(place.url)
    toast(request, _("The folder “%(name)s” was deleted.") % {"name": found.name})
    return redirect(Place(found.account, place.area, found.parent).url)
