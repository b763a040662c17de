"""The list of contacts."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clients.contact_queries import known_contacts
from clients.enums import ListName
from clients.models import Contact
from clients.saved_views import saved_views
from desk.contact_filters import Asked, bounced_word, views_of
from desk.contact_rows import contact_rows
from desk.pages import PER_PAGE
from desk.saved_views import Saved, saved_frame
from desk.sorting import columns_for
from firms.doors import powers, staff_of, staff_only
from firms.enums import Right
from firms.rules import has_right
from lib.counts import MOST, Wanted, capped_counts
from ui.filters import PAGE, FilterBar, filter_bar
from ui.paging import CappedPaginator, most_for, said_count
from ui.shell import Tab

SORTS = ("name",)
Counts = Mapping[str, int | None]


@staff_only
@require_safe
def contact_list(request: HttpRequest) -> HttpResponse:
    staff = staff_of(request)
    asked, most = Asked(staff, request.GET), most_for(request.GET.get(PAGE), PER_PAGE, MOST)
    counts, columns = count(asked, most), columns_for(request.GET, SORTS, default="name")
    backwards = columns["name"].direction == "descending"
    rows = asked.contacts.order_by("-name_key" if backwards else "name_key", "pk")
    paginator = CappedPaginator(rows, PER_PAGE, counted=counts["shown"] or 0, most=most)
    page = paginator.get_page(request.GET.get(PAGE))
    views = [Saved(each.code, each.name, each.query) for each in saved_views(staff, ListName.CONTACTS)]
    saved = saved_frame(request.GET, ListName.CONTACTS, views)
    context = {
        "bar": bar_for(asked, paginator.said, said_count(counts["in_view"] or 0, most)),
        "columns": columns,
        "first_use": not counts["any"],
        "may_create": has_right(powers(staff), Right.MANAGE_ACCOUNTS),
        "page": page,
        "rows": contact_rows(page, staff),
        "saved": saved,
        "tabs": [*tabs_for(counts, asked, within_saved=saved.active is not None), *saved.tabs],
    }
    return render(request, "desk/contact_list.html", context)


def count(asked: Asked, most: int) -> Counts:
    """One query: each view, what is shown (up to `most`), and whether the firm has any contact at all."""
    known = known_contacts(asked.staff)
    wanted = {name: Wanted(known.filter(view)) for name, view in views_of(asked.staff.firm).items()}
    wanted["in_view"], wanted["shown"] = Wanted(asked.in_view, most), Wanted(asked.contacts, most)
    wanted["any"] = Wanted(Contact.objects.filter(firm=asked.staff.firm_id), most=0)
    return capped_counts(wanted)


def tabs_for(counts: Counts, asked: Asked, *, within_saved: bool) -> list[Tab]:
    """An empty archive is no view."""
    titles = {"all": _("All"), "pending": _("Pending"), "bounced": bounced_word(), "archived": _("Archived")}
    if not counts["archived"] and asked.view != "archived":
        del titles["archived"]
    return [
        Tab(
            title, f"?view={name}", name == asked.view and not within_saved, said_count(counts[name] or 0, MOST),
            "red" if name == "bounced" and counts[name] else "grey",
        )
        for name, title in titles.items()
    ]  # fmt: skip


def bar_for(asked: Asked, shown: str, total: str) -> FilterBar:
    return filter_bar(
        asked.query, asked.filters, shown=shown, total=total, search_label=_("Search contacts"), search_placeholder=_("Name or e-mail")
    )
