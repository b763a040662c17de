"""The page of one file: what is in it, its versions, its name and place."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clients.queries import may_change
from desk.account_documents import TAB, trash_ticked
from desk.account_pages import frame
from desk.document_place import Place, crumbs_of, place_named, places_of
from files.enums import Area
from files.errors import FileHeld, FileRefused, FolderRefused
from files.models import File
from files.pictures import is_picture
from files.queries import RIGHT, get_file_for, get_file_to_change, get_version_of, last_version, list_folders, versions_of
from files.services import add_version, rename
from files.serving import file_response, page_response, pages_of, picture_response
from files.stored import Stored
from firms.actors import Actor
from firms.doors import staff_of, staff_only
from kinds.documents.sharing import move_files, restore_files
from lib import clock
from ui.toasts import toast


@staff_only
@require_safe
def file_show(request: HttpRequest, code: str) -> HttpResponse:
    staff = staff_of(request)
    file = get_file_for(staff, code)
    folders, stored = list_folders(file.account), Stored.version(last_version(file))
    place = place_of(file)
    context = {
        **frame(file.account, staff, TAB, clock.now()),
        "file": file,
        "place": place,
        "crumbs": crumbs_of(place, folders),
        "places": places_of(folders),
        "here": file.folder.code if file.folder else file.area,
        "versions": versions_of(file),
        "may_upload": may_change(staff, file.account, RIGHT),
        **preview_of(file, stored),
    }
    return render(request, "desk/document_file.html", context)


def place_of(file: File) -> Place:
    return Place(file.account, Area(file.area), file.folder)


def preview_of(file: File, stored: Stored) -> dict[str, Any]:
    if stored.pages:
        return {"pages": pages_of(stored, lambda number: reverse("file_page", args=[file.code, file.versions, number]))}
    return {"picture_url": reverse("file_picture", args=[file.code, file.versions])} if is_picture(stored) else {}


def stored_version(request: HttpRequest, code: str, number: int) -> Stored:
    return Stored.version(get_version_of(get_file_for(staff_of(request), code), number))


@staff_only
@require_safe
def file_download(request: HttpRequest, code: str, number: int) -> HttpResponse:
    return file_response(stored_version(request, code, number))


@staff_only
@require_safe
def file_page(request: HttpRequest, code: str, number: int, page: int) -> HttpResponse:
    return page_response(stored_version(request, code, number), page)


@staff_only
@require_safe
def file_picture(request: HttpRequest, code: str, number: int) -> HttpResponse:
    return picture_response(stored_version(request, code, number))


@staff_only
@require_POST
def file_version(request: HttpRequest, code: str) -> HttpResponse:
    """Replaces the content; what was there stays among the versions."""
    staff = staff_of(request)
    file = get_file_to_change(staff, code)
    upload = request.FILES.get("file")
    try:
        if upload is None:
            raise FileRefused(_("Choose the file that replaces this one."))
        add_version(file=file, upload=upload, by=Actor.staff(staff, request), now=clock.now())
        toast(request, _("The new version is in place; the earlier one is kept below."))
    except FileRefused as refused:
        messages.error(request, str(refused))
    return redirect("file_show", code)


@staff_only
@require_POST
def file_rename(request: HttpRequest, code: str) -> HttpResponse:
    staff = staff_of(request)
    file = get_file_to_change(staff, code)
    try:
        rename(file=file, name=request.POST.get("name", ""), by=Actor.staff(staff, request), now=clock.now())
    except FileRefused as refused:
        messages.error(request, str(refused))
    return redirect("file_show", code)


@staff_only
@require_POST
def file_move(request: HttpRequest, code: str) -> HttpResponse:
    staff = staff_of(request)
    file = get_file_to_change(staff, code)
    to = place_named(file.account, request.POST.get("to", ""))
    try:
        move_files(files=[file], area=to.area, folder=to.folder, by=Actor.staff(staff, request), now=clock.now())
        toast(request, _("“%(name)s” was moved.") % {"name": file.name})
    except (FileHeld, FolderRefused) as refused:
        messages.error(request, str(refused))
    return redirect("file_show", code)


@staff_only
@require_POST
def file_trash(request: HttpRequest, code: str) -> HttpResponse:
    file = get_file_to_change(staff_of(request), code)
    return trash_ticked(request, file.account, [file], place_of(file).url, clock.now())


@staff_only
@require_POST
def file_restore(request: HttpRequest, code: str) -> HttpResponse:
    staff = staff_of(request)
    restore_files(files=[get_file_to_change(staff, code)], by=Actor.staff(staff, request), now=clock.now())
    toast(request, _("The file is back."))
    return redirect("file_show", code)
