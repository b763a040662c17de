"""The addresses that receive nothing as a file: those that view, search and filters leave, newest first."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, QueryDict
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST

from desk.activity_export import Format, download
from desk.pages import today_of
from desk.silent_addresses import VIEWS, bar_of, narrow, view_in
from firms.actors import Actor
from firms.doors import staff_of, staff_only
from firms.enums import Verb
from firms.models import Firm
from firms.services import write_activity
from lib import clock
from lib.tables import CSV, XLSX, as_csv, as_xlsx
from notifications.models import Suppression
from notifications.suppressions import suppressions_for

MOST_IN_A_FILE = 50_000
PART = 2_000  # rows read at once
WIDTHS = (34, 26, 44, 34, 44, 12, 12, 22, 34)  # characters, of each column

Row = tuple[str, ...]
FORMATS: Mapping[str, Format] = {
    "csv": Format("CSV", CSV, as_csv),
    "xlsx": Format("Excel", XLSX, lambda rows: as_xlsx(rows, title=_("Addresses that receive nothing"), widths=WIDTHS)),
}


@staff_only
@require_POST
def silent_export(request: HttpRequest) -> HttpResponse:
    """View, filters and search stand in the address, as on the page. An act of its own: it leaves a line."""
    staff, now = staff_of(request), clock.now()
    ending = request.POST.get("format", "")
    if ending not in FORMATS:
        return HttpResponseBadRequest()
    rows = narrow(suppressions_for(staff).filter(VIEWS[view_in(request.GET)]), staff.firm, request.GET)
    total = rows.count()
    count = min(total, MOST_IN_A_FILE)
    content = FORMATS[ending].write(chain([headings()], lines_of(staff.firm, rows[:count]), note_of_cut(count, total)))
    write_activity(
        firm=staff.firm, by=Actor.staff(staff, request), verb=Verb.SILENT_EXPORTED, now=now,
        detail=said_of(FORMATS[ending], count), new=said_of_filters(request.GET),
    )  # fmt: skip
    name = pgettext("file name", "addresses-that-receive-nothing")
    return download(content, FORMATS[ending], f"{name}-{today_of(staff.firm, now).isoformat()}.{ending}")


def headings() -> Row:
    return (
        _("E-mail"), _("Contact"), pgettext("an address that receives nothing", "Why"), _("Who said so"), _("Answer"), _("Since"),
        pgettext("when", "Lifted"), pgettext("an address that receives nothing", "Lifted by"), _("Reason"),
    )  # fmt: skip


def lines_of(firm: Firm, rows: QuerySet[Suppression]) -> Iterator[Row]:
    """One query, whose rows come with their people."""
    for row in rows.iterator(PART):
        address, lifted = row.address, row.lifted_at
        yield (
            address.email, address.contact.name, row.get_reason_display(), row.get_origin_display(), row.detail,
            f"{row.at.astimezone(firm.zone):%Y-%m-%d}", f"{lifted.astimezone(firm.zone):%Y-%m-%d}" if lifted else "",
            row.lifted_by.name if row.lifted_by else "", row.lift_reason,
        )  # fmt: skip


def note_of_cut(count: int, total: int) -> Iterable[Row]:
    if count == total:
        return []
    text = _("Only the newest %(count)s of %(total)s addresses are here. Narrow the filters to export the others.")
    return [(text % {"count": number_format(count), "total": number_format(total)},)]


def said_of(file_format: Format, count: int) -> str:
    words = {"format": file_format.name, "count": number_format(count, force_grouping=True)}
    return ngettext("%(format)s, %(count)s address", "%(format)s, %(count)s addresses", count) % words


def said_of_filters(query: QueryDict) -> str:
    """What the file was narrowed by, as the page says it."""
    bar = bar_of(query)
    view = [pgettext("addresses", "Lifted")] if view_in(query) == "lifted" else []
    searched = [f"{bar.search_label}: {bar.search}"] if bar.search else []
    return "; ".join([*view, *searched, *(f"{chip.label}: {chip.value}" for chip in bar.chips)])
