"""Why somebody was or was not told (X01): each decision of the outbox about an address, a person or an account, one sentence each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from clients.models import Account, Address, Contact
from clients.queries import visible_accounts
from desk.contact_reach import what_it_was
from firms.doors import powers
from firms.models import Staff
from firms.rules import may_change_settings
from lib import clock
from lib.codes import hidden_code, number_behind
from notifications.enums import OUTCOMES, OutboxState, Outcome
from notifications.models import READY, Notice
from notifications.verdicts import Reason, Verdict
from reminders.explaining.timeline import (
    ACCOUNT,
    CONTACT,
    CONTACTS,
    HOURS,
    LATE,
    PARTIES,
    REMINDERS,
    SETTINGS,
    Entry,
    Link,
    entry_of_notice,
)
from ui.filters import without
from ui.shell import Tab

PER_PAGE = 30
AFTER, VERDICT = "after", "verdict"
CODE = "why-log"
LOST = (Outcome.BOUNCED, Outcome.COMPLAINED)
VIEWS: Mapping[str, tuple[Promise, Q]] = {
    "": (pgettext_lazy("e-mails", "All"), Q()),
    "sent": (pgettext_lazy("several e-mails", "Sent"), ~Q(verdict=Verdict.SKIP) & Q(message__outcome__in=OUTCOMES[OutboxState.SENT])),
    "waiting": (
        pgettext_lazy("several e-mails", "Waiting or held"),
        READY | (~Q(verdict=Verdict.SKIP) & Q(message__outcome__in=(Outcome.WAITING, Outcome.SENDING))),
    ),
    "failed": (pgettext_lazy("several e-mails", "Failed"), ~Q(verdict=Verdict.SKIP) & Q(message__outcome__in=OUTCOMES[OutboxState.FAILED])),
    "skipped": (pgettext_lazy("several e-mails", "Not sent"), Q(verdict=Verdict.SKIP)),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One decision: what it was about, for which address, and where its reason can be changed."""

    notice: Notice
    entry: Entry
    what: str
    link: Link | None


@dataclass(frozen=True, slots=True)
class WhyLog:
    """A page of it, newest first; `older` is the address of the next one, empty on the last."""

    lines: Sequence[Line]
    tabs: Sequence[Tab]
    older: str
    narrowed: bool
    first: bool


def log_of_address(address: Address, staff: Staff, query: QueryDict) -> WhyLog:
    return _page(_in_sight(staff).filter(address=address), staff, query)


def log_of_contact(contact: Contact, staff: Staff, query: QueryDict) -> WhyLog:
    """Of all their addresses, those that were removed too."""
    addresses = Address.with_removed.filter(firm=staff.firm_id, contact=contact).order_by().values("pk")
    return _page(_in_sight(staff).filter(address__in=addresses), staff, query)


def log_of_account(account: Account, staff: Staff, query: QueryDict) -> WhyLog:
    """Of its requests, and of whatever else told somebody who stands in it."""
    here = Address.with_removed.filter(firm=staff.firm_id, contact__links__account=account).order_by().values("pk")
    notices = Notice.objects.filter(Q(address__in=here) | Q(action__account=account), firm=staff.firm_id, account=account)
    return _page(notices, staff, query)


def _in_sight(staff: Staff) -> QuerySet[Notice]:
    return Notice.objects.filter(firm=staff.firm_id, account__in=visible_accounts(staff).order_by().values("pk"))


def _page(notices: QuerySet[Notice], staff: Staff, query: QueryDict) -> WhyLog:
    """By the place of the last line of the page before, not by a number: what comes meanwhile moves nothing. Two queries at most."""
    view = query.get(VERDICT, "") if query.get(VERDICT, "") in VIEWS else ""
    last = _last_seen(staff, query.get(AFTER, ""))
    rows = notices.filter(VIEWS[view][1])
    if last:
        rows = rows.filter(Q(decided_at__lt=last.decided_at) | Q(decided_at=last.decided_at, pk__lt=last.pk))
    found = list(rows.select_related("contact", "address", "message", "action", "account").order_by("-decided_at", "-pk")[: PER_PAGE + 1])
    shown = found[:PER_PAGE]
    return WhyLog(
        lines=[_line(notice, staff) for notice in shown],
        tabs=[Tab(str(title), _url(query, **{VERDICT: name}), name == view) for name, (title, _rows) in VIEWS.items()],
        older=_url(query, **{VERDICT: view, AFTER: hidden_code(CODE, shown[-1].pk)}) if len(found) > PER_PAGE else "",
        narrowed=bool(view),
        first=last is None,
    )


def _last_seen(staff: Staff, code: str) -> Notice | None:
    number = number_behind(CODE, code)
    return Notice.objects.filter(firm=staff.firm_id, pk=number).only("pk", "decided_at").first() if number is not None else None


def _url(query: QueryDict, **values: str) -> str:
    rest = "".join(f"&{name}={value}" for name, value in values.items() if value)
    return f"{without(query, AFTER, VERDICT)}{rest}".replace("?&", "?")


def _line(notice: Notice, staff: Staff) -> Line:
    entry = entry_of_notice(notice, held=staff.firm.holds_mail(clock.now()))
    return Line(notice, entry, what_it_was(notice), _link_of(notice, staff))


def _link_of(notice: Notice, staff: Staff) -> Link | None:
    """Where the reason comes from; the address itself where that receives nothing."""
    lost = notice.verdict != Verdict.SKIP and notice.message is not None and notice.message.outcome in LOST
    if (lost or notice.reason == Reason.SUPPRESSED) and notice.address and notice.contact:
        return (
            None
            if notice.address.removed_at
            else Link(reverse("address_show", args=[notice.contact.code, notice.address.code]), notice.email)
        )
    setting = SETTINGS.get(Reason(notice.reason), "")
    if setting in (HOURS, LATE):
        return _of_firm(setting, staff)
    return _of_account(notice, setting)


def _of_firm(setting: str, staff: Staff) -> Link | None:
    if setting == LATE:
        return Link(reverse("late_reminders"), _("Reminders that wait for a yes"))
    return Link(reverse("settings_reminders"), _("Reminder settings")) if may_change_settings(powers(staff)) else None


def _of_account(notice: Notice, setting: str) -> Link | None:
    if setting == CONTACT and notice.contact and notice.contact.archived_at is None:
        return Link(reverse("contact_show", args=[notice.contact.code]), notice.contact.name)
    if setting in (CONTACTS, ACCOUNT) and notice.account:
        return Link(reverse("account_show", args=[notice.account.code]), notice.account.name)
    titles = {REMINDERS: _("Reminders"), PARTIES: _("Who is named")}
    if setting in titles and notice.action:
        return Link(f"{reverse('action_show', args=[notice.action.code])}#{setting}", titles[setting])
    return None
