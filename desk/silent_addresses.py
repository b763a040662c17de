"""The list of addresses that receive nothing: why, since when, and what staff have lifted."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from clients.models import Contact
from clients.names import email_key, prefix_range
from clients.search import contacts_matching
from desk.pages import PER_PAGE
from firms.doors import staff_of, staff_only
from firms.models import Firm
from lib.counts import MOST, Wanted, capped_counts
from notifications.enums import SuppressionOrigin, SuppressionReason
from notifications.models import Suppression
from notifications.suppressions import suppressions_for
from ui.filters import PAGE, Filter, FilterBar, active_filters, filter_bar, search_of, without
from ui.paging import CappedPaginator, most_for, said_count
from ui.shell import Tab

VIEWS = {"": Q(lifted_at=None), "lifted": Q(lifted_at__isnull=False)}


@staff_only
@require_safe
def silent_addresses(request: HttpRequest) -> HttpResponse:
    staff, query = staff_of(request), request.GET
    view, most = view_in(query), most_for(query.get(PAGE), PER_PAGE, MOST)
    everything = suppressions_for(staff)
    in_view = everything.filter(VIEWS[view])
    shown = narrow(in_view, staff.firm, query)
    wanted = {f"view:{name}": Wanted(everything.filter(rows)) for name, rows in VIEWS.items()}
    counts = capped_counts({**wanted, "in_view": Wanted(in_view, most), "shown": Wanted(shown, most)})
    paginator = CappedPaginator(shown, PER_PAGE, counted=counts["shown"] or 0, most=most)
    context = {
        "bar": bar_of(query, paginator.said, said_count(counts["in_view"] or 0, most)),
        "export_query": without(query, PAGE),
        "first_use": not any(counts[f"view:{name}"] for name in VIEWS),
        "page": paginator.get_page(query.get(PAGE)),
        "tabs": [
            Tab(title, f"?view={name}", name == view, said_count(counts[f"view:{name}"] or 0, MOST))
            for name, title in {"": pgettext("addresses", "Now"), "lifted": pgettext("addresses", "Lifted")}.items()
        ],
        "view": view,
    }  # fmt: skip
    return render(request, "desk/silent_addresses.html", context)


def bar_of(query: QueryDict, shown: int | str = 0, total: int | str = 0) -> FilterBar:
    return filter_bar(
        query, filters(), shown=shown, total=total, search_label=_("Search addresses"), search_placeholder=_("Name or e-mail")
    )  # fmt: skip


def view_in(query: QueryDict) -> str:
    view = query.get("view", "")
    return view if view in VIEWS else ""


def filters() -> Sequence[Filter]:
    return [
        Filter(
            "reason", pgettext("an address that receives nothing", "Why"), [(each.value, str(each.label)) for each in SuppressionReason]
        ),
        Filter("origin", _("Who said so"), [(each.value, str(each.label)) for each in SuppressionOrigin]),
    ]


def narrow(rows: QuerySet[Suppression], firm: Firm, query: QueryDict) -> QuerySet[Suppression]:
    rows, text = rows.filter(**active_filters(query, filters())), search_of(query)
    if not text:
        return rows
    low, high = prefix_range(email_key(text))
    people = contacts_matching(Contact.objects.filter(firm=firm), text).order_by().values("pk")
    return rows.filter(Q(address__contact__in=people) | Q(address__email_key__gte=low, address__email_key__lt=high))
