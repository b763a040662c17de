"""The activity feed: who did what, newest first."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from clients.queries import visible_accounts
from clients.search import accounts_matching
from desk.feed import GROUPS, entries_of
from desk.pages import PER_PAGE, midnight_of
from desk.queries import visible_activity
from firms.doors import staff_of, staff_only
from firms.enums import ActorKind
from firms.models import ActivityLine, Staff
from firms.queries import lines_to_seal
from ui.filters import PAGE, Filter, active_filters, filter_bar, search_of, without
from ui.templatetags.ui import day as day_words

MOST_IN_A_FILE = 50_000  # a request has half a minute, on a machine that has other things to do
ACTORS = {"clients": (ActorKind.CLIENT, ActorKind.LINK), "relance": (ActorKind.SYSTEM,)}


@staff_only
@require_safe
def activity_list(request: HttpRequest) -> HttpResponse:
    staff = staff_of(request)
    filters = filters_for(staff, request.GET)
    page = Paginator(narrow(visible_activity(staff), staff, request.GET, filters), PER_PAGE).get_page(request.GET.get(PAGE))
    bar = filter_bar(
        request.GET, filters, shown=page.paginator.count, total=visible_activity(staff).count(),
        search_label=_("Search by account"), search_placeholder=_("Account"),
    )  # fmt: skip
    context = {
        "bar": bar,
        "entries": entries_of(staff, page),
        "export_query": without(request.GET, PAGE),
        "most_in_a_file": MOST_IN_A_FILE,
        "page": page,
        "unsealed": lines_to_seal(staff.firm_id).count(),
    }
    return render(request, "desk/activity.html", context)


def filters_for(staff: Staff, query: QueryDict) -> list[Filter]:
    """Person, kind and day can always be chosen; an account is typed, and stands among them once the address names one that exists."""
    groups = [
        ("requests", _("Requests")), ("reminders", _("Reminders")), ("clients", _("Accounts and contacts")),
        ("files", _("Documents")), ("imports", _("Imports")), ("firm", _("Firm and settings")), ("team", _("Team and sign-in")),
    ]  # fmt: skip
    actors = [("clients", _("Clients")), ("relance", _("Relance, by itself"))]
    filters = [
        Filter("person", pgettext("activity", "Person"), [*people_of(staff), *actors]),
        Filter("what", _("Kind of act"), groups),
    ]
    account = visible_accounts(staff).filter(code=query.get("account", "").replace("\0", "")).first()
    if account:
        filters.append(Filter("account", _("Account"), [(account.code, account.name)]))
    return [*filters, *day_filters(query)]


def people_of(staff: Staff) -> list[tuple[str, str]]:
    """All who ever worked in the firm; whoever has left comes last."""
    people = sorted(Staff.objects.filter(firm=staff.firm_id), key=lambda person: (person.left_at is not None, person.name))
    return [(each.code, _("%(name)s (left)") % {"name": each.name} if each.left_at else each.name) for each in people]


def day_filters(query: QueryDict) -> list[Filter]:
    """One day, or the first and the last of several."""
    first, last = day_in(query.get("day", "")), day_in(query.get("until", ""))
    label = _("First day") if last else _("Day")
    return [Filter("day", label, choices_of(first), is_day=True), Filter("until", _("Last day"), choices_of(last), is_day=True)]


def choices_of(day: date | None) -> list[tuple[str, str]]:
    return [(day.isoformat(), day_words(day))] if day else []


def day_in(text: str) -> date | None:
    """The day that an address names; none when it is no day, or one that no clock can show."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1970 <= day.year <= 2999 else None


def narrow(lines: QuerySet[ActivityLine], staff: Staff, query: QueryDict, filters: Sequence[Filter]) -> QuerySet[ActivityLine]:
    """The lines that the address leaves; what is searched for is an account's name."""
    chosen, search = active_filters(query, filters), search_of(query)
    wanted = by_day(chosen, staff)
    if "person" in chosen:
        wanted &= by_person(chosen["person"], staff)
    if "what" in chosen:
        wanted &= Q(verb__in=GROUPS[chosen["what"]])
    if "account" in chosen:
        wanted &= Q(account_id__in=visible_accounts(staff).filter(code=chosen["account"]).values("pk"))
    if search:
        wanted &= Q(account_id__in=accounts_matching(visible_accounts(staff), search).order_by().values("pk"))
    return lines.filter(wanted)


def by_person(chosen: str, staff: Staff) -> Q:
    if chosen in ACTORS:
        return Q(actor_kind__in=ACTORS[chosen])
    return Q(staff_id__in=Staff.objects.filter(firm=staff.firm_id, code=chosen).values("pk"))


def by_day(chosen: Mapping[str, str], staff: Staff) -> Q:
    """A day alone is meant alone; a last day alone, all that came before it too."""
    first, last = chosen.get("day"), chosen.get("until") or chosen.get("day")
    wanted = Q()
    if first:
        wanted &= Q(at__gte=midnight_of(staff.firm, date.fromisoformat(first)))
    if last:
        wanted &= Q(at__lt=midnight_of(staff.firm, date.fromisoformat(last) + timedelta(days=1)))
    return wanted
