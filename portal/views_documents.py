"""The client's documents: what the firm shares, what they have sent, and “all documents sent” for a period."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from access.doors import Visitor
from access.look import page_around
from clients.models import Account
from files.enums import OPEN_AREAS, Area
from files.models import File, Folder
from files.queries import (
    client_files,
    files_in,
    files_matching,
    folders_in,
    get_client_file,
    get_client_folder,
    last_version,
    list_folders,
    path_of,
)
from files.services import keep_file
from files.serving import file_response
from files.stored import Stored
from kinds.documents.forms import CompleteForm
from kinds.documents.queries import rhythm_of, states_of_periods
from kinds.documents.rules import Period
from kinds.documents.services import PeriodIsComplete, complete_period
from kinds.documents.uploading import answer, keep_each
from lib import clock
from portal.pages import portal_page
from ui.filters import search_of
from ui.toasts import toast

ON_A_PAGE = 50


@portal_page
@require_safe
def portal_documents(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    return show(request, visitor)


def show(request: HttpRequest, visitor: Visitor, failed: CompleteForm | None = None, period: Period | None = None) -> HttpResponse:
    """`failed` is the form of `period` that came back without its tick."""
    account, q = visitor.account, search_of(request.GET)
    folder = get_client_folder(account, request.GET["folder"]) if request.GET.get("folder") else None
    area = area_of(request, folder)
    found = files_matching(client_files(account), q) if q else files_in(account, area, folder).order_by("-uploaded_at", "-pk")
    context = {
        **page_around(request, visitor, at="portal_documents"),
        "me": visitor,
        "q": q,
        "area": area,
        "areas": [(Area.FIRM, _("From the firm")), (Area.CLIENT, _("Sent by you"))],
        "folder": folder,
        "path": path_of(folder, list_folders(account)) if folder else [],
        "folders": [] if q else list(folders_in(account, area, folder)),
        "page": Paginator(found, ON_A_PAGE).get_page(request.GET.get("page")),
        "periods": periods_of(account, failed, period),
    }
    return render(request, "portal/documents.html", context)


def area_of(request: HttpRequest, folder: Folder | None) -> Area:
    """That of the folder, else the one that is asked for; what is private to the firm is not there."""
    asked = folder.area if folder else request.GET.get("area", "")
    return Area(asked) if asked in OPEN_AREAS else Area.FIRM


def periods_of(account: Account, failed: CompleteForm | None, of: Period | None) -> list[dict[str, Any]]:
    """Each period with what was said of it, or the form to say it."""
    today = clock.now().astimezone(account.firm.zone).date()
    return [
        {
            "period": period,
            "complete": complete,
            "form": failed if failed and period == of else CompleteForm(what=period.name, auto_id=f"{period.first:%Y%m%d}_%s"),
        }
        for period, complete in states_of_periods(account, rhythm_of(account), today)
    ]


@portal_page
@require_POST
def portal_upload(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    by = visitor.actor()

    def keep(upload: Any) -> File:
        return keep_file(account=visitor.account, area=Area.CLIENT, folder=None, upload=upload, by=by, now=clock.now())

    return answer(request, keep_each(request, keep), f"{reverse('portal_documents')}?area={Area.CLIENT}")


@portal_page
@require_POST
def portal_complete(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """All documents of a period are sent: one of those that the page offers, with its tick (B15)."""
    account = visitor.account
    today = clock.now().astimezone(account.firm.zone).date()
    period = Period.from_key(request.POST.get("period", ""))
    if period is None or period not in [each for each, _complete in states_of_periods(account, rhythm_of(account), today)]:
        messages.error(request, _("This period is no longer offered. Please look at the page anew."))
        return redirect("portal_documents")
    form = CompleteForm(request.POST, what=period.name, auto_id=f"{period.first:%Y%m%d}_%s")
    if not form.is_valid():
        return show(request, visitor, form, period)
    try:
        complete_period(account=account, period=period, visitor=visitor, now=clock.now())
        toast(request, _("Thank you: your contact knows that all documents for %(period)s are there.") % {"period": period.name})
    except PeriodIsComplete:
        pass  # somebody else of the account was faster: the page says who
    return redirect("portal_documents")


@portal_page
@require_safe
def portal_file(request: HttpRequest, visitor: Visitor, code: str) -> HttpResponse:
    return file_response(Stored.version(last_version(get_client_file(visitor.account, code))))
