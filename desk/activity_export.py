"""The activity feed as a file: the lines that the filters leave, newest first. Whoever sees the feed exports what they see."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import batched, chain

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, QueryDict
from django.utils.formats import number_format
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST

from desk.activity import MOST_IN_A_FILE, filters_for, narrow
from desk.pages import today_of
from desk.queries import codes_for, visible_activity
from firms.actors import Actor
from firms.doors import staff_of, staff_only
from firms.enums import Verb
from firms.models import ActivityLine, Staff
from firms.services import write_activity
from lib import clock
from lib.tables import CSV, XLSX, as_csv, as_xlsx
from ui.filters import Filter, filter_bar

PART = 2_000  # lines read at once
WIDTHS = (11, 22, 22, 18, 18, 60, 28, 28, 28, 28)  # characters, of each column

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Format:
    name: str
    content_type: str
    write: Callable[[Iterable[Row]], bytes]


FORMATS: Mapping[str, Format] = {
    "csv": Format("CSV", CSV, as_csv),
    "xlsx": Format("Excel", XLSX, lambda rows: as_xlsx(rows, title=_("Activity"), widths=WIDTHS)),
}


@staff_only
@require_POST
def activity_export(request: HttpRequest) -> HttpResponse:
    """The filters stand in the address, as on the page. An act of its own: it leaves a line, which comes too late for the file."""
    staff, now = staff_of(request), clock.now()
    ending = request.POST.get("format", "")
    if ending not in FORMATS:
        return HttpResponseBadRequest()
    filters = filters_for(staff, request.GET)
    lines = narrow(visible_activity(staff), staff, request.GET, filters)
    total = lines.count()
    count = min(total, MOST_IN_A_FILE)
    content = FORMATS[ending].write(chain([heading(staff)], rows_of(staff, lines[:count]), note_of_cut(count, total)))
    write_activity(
        firm=staff.firm, by=Actor.staff(staff, request), verb=Verb.LOG_EXPORTED, now=now,
        detail=said_of(FORMATS[ending], count), new=said_of_filters(request.GET, filters),
    )  # fmt: skip
    name = pgettext("file name", "activity")
    return download(content, FORMATS[ending], f"{name}-{today_of(staff.firm, now).isoformat()}.{ending}")


def download(content: bytes, file_format: Format, name: str) -> HttpResponse:
    disposition = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return HttpResponse(content, content_type=file_format.content_type, headers={"Content-Disposition": disposition})


def heading(staff: Staff) -> Row:
    time = _("Time (%(zone)s)") % {"zone": staff.firm.time_zone}
    return (
        _("Date"), time, _("Who"), _("Acting as"), _("Network address"), _("What was done"), _("Account"), _("Request"),
        _("Value before"), _("Value after"),
    )  # fmt: skip


def rows_of(staff: Staff, lines: QuerySet[ActivityLine]) -> Iterator[Row]:
    """One query for each part: the names of what the lines are about, where that may be seen."""
    for part in batched(lines.iterator(PART), PART):
        codes = codes_for(staff, part)
        for line in part:
            _account, account = codes.accounts.get(line.account_id or 0, ("", ""))
            _action, title = codes.actions.get(line.action_id or 0, ("", ""))
            yield row_of(line, staff, account, title)


def row_of(line: ActivityLine, staff: Staff, account: str, title: str) -> Row:
    at = line.at.astimezone(staff.firm.zone)
    return (
        f"{at:%Y-%m-%d}", f"{at:%H:%M:%S}", line.actor_name, line.get_actor_kind_display(), line.ip or "", line.sentence,
        account, title, line.old, line.new,
    )  # fmt: skip


def note_of_cut(count: int, total: int) -> list[Row]:
    if count == total:
        return []
    text = _("Only the newest %(count)s of %(total)s lines are here. Choose a first and a last day to export the others.")
    return [(text % {"count": number_format(count), "total": number_format(total)},)]


def said_of(file_format: Format, count: int) -> str:
    words = {"format": file_format.name, "count": number_format(count)}
    return ngettext("%(format)s, %(count)s line", "%(format)s, %(count)s lines", count) % words


def said_of_filters(query: QueryDict, filters: list[Filter]) -> str:
    """What the file was narrowed by, as the chips say it."""
    bar = filter_bar(query, filters, search_label=_("Search by account"))
    searched = [f"{bar.search_label}: {bar.search}"] if bar.search else []
    return "; ".join([*searched, *(f"{chip.label}: {chip.value}" for chip in bar.chips)])
