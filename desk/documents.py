"""Documents of the whole firm: the newest of all accounts that one may see, and search among them."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from desk.pages import PER_PAGE
from files.queries import files_matching, visible_files
from firms.doors import staff_of, staff_only
from ui.filters import search_of
from ui.shell import Tab

MOST = 1000  # of the newest that the pages turn through; older ones are found by their name or in their account


@staff_only
@require_safe
def document_list(request: HttpRequest) -> HttpResponse:
    q = search_of(request.GET)
    files = visible_files(staff_of(request)).select_related("account", "folder").order_by("-uploaded_at", "-pk")
    found = files_matching(files, q) if q else files
    page = Paginator(found[:MOST], PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "desk/documents.html", {"page": page, "q": q, "tabs": document_tabs("document_list")})


def document_tabs(active: str) -> list[Tab]:
    """What stands under "Documents" in the menu, where it exists."""
    pages = (("document_list", _("Files")), ("approval_list", _("Approvals")))
    return [Tab(title, url, name == active) for name, title in pages if (url := url_of(name))]


def url_of(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
