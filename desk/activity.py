"""The activity feed: who did what, newest first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from clients.queries import visible_accounts
from clients.search import accounts_matching
from desk.pages import PER_PAGE, midnight_of
from desk.queries import codes_of_accounts, codes_of_actions, visible_activity
from firms.doors import staff_of, staff_only
from firms.enums import ActorKind, Verb
from firms.models import ActivityLine, Staff
from firms.queries import active_staff
from ui.filters import PAGE, Filter, active_filters, filter_bar, search_of
from ui.templatetags.ui import day as day_words

GROUPS: Mapping[str, tuple[Verb, ...]] = {
    "requests": (
        Verb.ACTION_OPENED, Verb.ACTION_RESENT, Verb.ACTION_DONE_BY_PARTY, Verb.ACTION_DONE, Verb.ACTION_REFUSED,
        Verb.ACTION_WITHDRAWN, Verb.ACTION_EXPIRED,
    ),
    "reminders": (Verb.ACTION_REMINDED, Verb.REMINDERS_CHANGED, Verb.REMINDERS_STOPPED),
    "clients": (
        Verb.ACCOUNT_CREATED, Verb.ACCOUNT_CHANGED, Verb.CONTACT_CREATED, Verb.CONTACT_CHANGED, Verb.CONTACT_LINKED,
        Verb.CONTACT_UNLINKED, Verb.ADDRESS_ADDED, Verb.SWITCH_CHANGED, Verb.PREFERENCE_CHANGED, Verb.ADDRESS_SUPPRESSED,
    ),
    "imports": (Verb.IMPORT_CONFIRMED, Verb.IMPORT_DONE, Verb.IMPORT_STOPPED),
    "firm": (Verb.FIRM_CREATED,),
}  # fmt: skip
ICONS = {
    Verb.ACTION_OPENED: "send",
    Verb.ACTION_RESENT: "refresh",
    Verb.ACTION_REMINDED: "bell",
    Verb.ACTION_DONE_BY_PARTY: "signature",
    Verb.ACTION_DONE: "circle-check",
    Verb.ACTION_REFUSED: "hand-stop",
    Verb.ACTION_WITHDRAWN: "ban",
    Verb.ACTION_EXPIRED: "hourglass",
    Verb.REMINDERS_CHANGED: "adjustments",
    Verb.REMINDERS_STOPPED: "bell-off",
    Verb.FIRM_CREATED: "building",
}
GROUP_ICONS = {"clients": "users", "imports": "file-import"}
ACTORS = {"clients": (ActorKind.CLIENT, ActorKind.LINK), "relance": (ActorKind.SYSTEM,)}


@dataclass(frozen=True, slots=True)
class Entry:
    """An activity line with what its links need; codes are empty where there is nothing to open."""

    line: ActivityLine
    icon: str
    account_name: str
    account_code: str
    action_code: str

    @property
    def day(self) -> date:
        """By the clock of whoever reads."""
        return timezone.localtime(self.line.at).date()


def entries_of(staff: Staff, lines: Iterable[ActivityLine]) -> list[Entry]:
    """Two queries however many: the public codes that the links need."""
    lines = list(lines)
    accounts = codes_of_accounts(staff, {line.account_id for line in lines if line.account_id})
    actions = codes_of_actions(staff, {line.action_id for line in lines if line.action_id})
    return [_entry(line, accounts, actions) for line in lines]


def _entry(line: ActivityLine, accounts: Mapping[int, tuple[str, str]], actions: Mapping[int, str]) -> Entry:
    code, name = accounts.get(line.account_id or 0, ("", ""))
    return Entry(line, icon_of(Verb(line.verb)), name, code, actions.get(line.action_id or 0, ""))


def icon_of(verb: Verb) -> str:
    group = next((name for name, verbs in GROUPS.items() if verb in verbs), "")
    return ICONS.get(verb) or GROUP_ICONS.get(group, "activity")


@staff_only
@require_safe
def activity_list(request: HttpRequest) -> HttpResponse:
    staff = staff_of(request)
    filters = filters_for(staff, request.GET)
    lines = visible_activity(staff)
    shown = narrow(lines, staff, active_filters(request.GET, filters), search_of(request.GET))
    page = Paginator(shown, PER_PAGE).get_page(request.GET.get("page"))
    bar = filter_bar(
        request.GET, filters, shown=page.paginator.count, total=lines.count(),
        search_label=_("Search by account"), search_placeholder=_("Account"),
    )  # fmt: skip
    kept = [(name, value) for name, values in request.GET.lists() if name not in ("day", PAGE) for value in values]
    return render(request, "desk/activity.html", {"bar": bar, "kept": kept, "page": page, "entries": entries_of(staff, page)})


def filters_for(staff: Staff, query: QueryDict) -> Sequence[Filter]:
    """Person and kind can always be chosen; account and day stand among them once the address names one that exists."""
    people = [(person.code, person.name) for person in active_staff(staff.firm)]
    groups = [
        ("requests", _("Requests")), ("reminders", _("Reminders")), ("clients", _("Accounts and contacts")),
        ("imports", _("Imports")), ("firm", _("Firm")),
    ]  # fmt: skip
    filters = [
        Filter("person", pgettext("activity", "Person"), [*people, ("clients", _("Clients")), ("relance", _("Relance, by itself"))]),
        Filter("what", _("Kind of act"), groups),
    ]
    account = visible_accounts(staff).filter(code=query.get("account", "").replace("\0", "")).first()
    if account:
        filters.append(Filter("account", _("Account"), [(account.code, account.name)]))
    day = day_in(query.get("day", ""))
    if day:
        filters.append(Filter("day", _("Day"), [(day.isoformat(), day_words(day))]))
    return filters


def day_in(text: str) -> date | None:
    """The day that an address names; none when it is no day, or one that no clock can show."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1970 <= day.year <= 2999 else None


def narrow(lines: QuerySet[ActivityLine], staff: Staff, chosen: Mapping[str, str], search: str) -> QuerySet[ActivityLine]:
    """The lines that the filters leave; what is searched for is an account's name."""
    wanted = Q()
    if "person" in chosen:
        wanted &= by_person(chosen["person"], staff)
    if "what" in chosen:
        wanted &= Q(verb__in=GROUPS[chosen["what"]])
    if "account" in chosen:
        wanted &= Q(account_id__in=visible_accounts(staff).filter(code=chosen["account"]).values("pk"))
    if "day" in chosen:
        start = midnight_of(staff.firm, date.fromisoformat(chosen["day"]))
        wanted &= Q(at__gte=start, at__lt=midnight_of(staff.firm, start.date() + timedelta(days=1)))
    if search:
        wanted &= Q(account_id__in=accounts_matching(visible_accounts(staff), search).order_by().values("pk"))
    return lines.filter(wanted)


def by_person(chosen: str, staff: Staff) -> Q:
    if chosen in ACTORS:
        return Q(actor_kind__in=ACTORS[chosen])
    return Q(staff_id__in=Staff.objects.filter(firm=staff.firm_id, code=chosen).values("pk"))
