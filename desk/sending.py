"""Settings > Sending: whether what sends still runs, what waits, what went wrong, and what bounced, of the firm alone."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext
from django.views.decorators.http import require_POST, require_safe

from desk.keep_form import KeepForm
from desk.settings_frame import frame
from firms.actors import Actor
from firms.doors import admins_only, powers, staff_of
from firms.enums import HoldOrigin
from firms.holding_all import find_hold_of_all
from firms.models import Firm, Staff
from firms.rules import may_change_settings
from lib import clock
from notifications.enums import ERROR_WORDS, Outcome
from notifications.holding import leaving
from notifications.keeping import count_beyond
from notifications.models import READY, Notice
from notifications.own_way import BY_OWN_WAY
from notifications.owners import change_settings
from reminders.health import facts
from reminders.health.rules import LATE, Check, Figures, Level, Name, bounces, fence, flows, runs, ways
from ui.charts import Day
from ui.dates import day_in_words
from ui.toasts import toast
from ways.pacing import find_pace_used_up

SPANS = {7: 1, 30: 5}  # of how many days a bar is
PARTS = {
    Name.BROKER: gettext_lazy("Broker, which wakes the worker up"),
    Name.BEAT: gettext_lazy("Clock, which starts everything"),
    Name.WORKERS: gettext_lazy("Worker, which does it"),
    Name.SWEEP: gettext_lazy("Search for reminders that are due"),
    Name.DISPATCH: gettext_lazy("Dispatch of e-mails"),
    Name.FENCE: gettext_lazy("Dispatch, as a backup was restored"),
    Name.WAYS: gettext_lazy("Mail server out of reach"),
}
COLORS = {Level.OK: "green", Level.WARN: "yellow", Level.BAD: "red"}


@dataclass(frozen=True, slots=True)
class Part:
    """One line: what it is, how it is, and since when it is not well."""

    title: str
    word: str
    color: str
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Bounces:
    """E-mails of some days as bars, the bounced ones among them, and the same in words."""

    days: Sequence[Day]
    total: int
    bounced: int
    rate: str
    label: str


@admins_only
@require_safe
def settings_sending(request: HttpRequest) -> HttpResponse:
    days = 30 if request.GET.get("days") == "30" else 7
    firm = staff_of(request).firm
    context = sending_context(firm, clock.now(), clock.machine_now(), days)
    return render(request, "desk/settings_sending.html", {**frame(request, "settings_sending"), **context})


@admins_only
@require_POST
def settings_sending_keep(request: HttpRequest) -> HttpResponse:
    """How long texts of e-mails are kept. A shorter term takes away what cannot be brought back: it first says of how many."""
    firm, now = staff_of(request).firm, clock.now()
    form = KeepForm(request.POST)
    if not form.is_valid():
        context = {**sending_context(firm, now, clock.machine_now(), 7), "keep_form": form}
        return render(request, "desk/settings_sending.html", {**frame(request, "settings_sending"), **context})
    months: int = form.cleaned_data["keep_months"]
    beyond = count_beyond(firm, months, now) if months < firm.keep_months and "yes" not in request.POST else 0
    if beyond:
        return render(request, "desk/settings_keep.html", {**frame(request, "settings_sending"), "months": months, "beyond": beyond})
    change_settings(firm=firm, by=Actor.staff(staff_of(request), request), now=now, keep_months=months)
    toast(request, _("Saved."))
    return redirect("settings_sending")


def sending_context(firm: Firm, now: datetime, machine_now: datetime, days: int) -> Mapping[str, object]:
    figures, broker = facts.figures_of(firm, now, machine_now), facts.broker_answers()
    checks = [Check(Name.BROKER, Level.OK if broker else Level.BAD, ""), *runs(facts.beats(), machine_now)]
    checks += [
        check
        for check in [fence(facts.fenced()), ways(facts.slowed_for(firm, machine_now), of_firms=Level.BAD)]
        if check.level is Level.BAD
    ]
    waiting = list(flows(figures, machine_now))
    return {
        "parts": [part_of(check) for check in checks],
        "since": stopped_since([*checks, *waiting]),
        "stopped": any(check.level is Level.BAD for check in [*checks, *waiting]),
        "waiting": [*waiting_parts(figures, waiting), *pace_part(firm, now, machine_now), *hold_of_all_part(firm, now)],
        "figures": figures,
        "errors": [(Outcome(kind).label, count) for kind, count in figures.errors_day.items() if count],
        "refusals": [(kind.value, said, figures.refused_day[kind]) for kind, said in ERROR_WORDS.items() if figures.refused_day.get(kind)],
        "bounces": bounces_of(facts.days_of_mail(firm, now, days), SPANS[days]),
        "too_many": bounces(figures).level is not Level.OK,
        "days": days,
        "keep_form": KeepForm(initial={"keep_months": firm.keep_months}),
    }


def part_of(check: Check) -> Part:
    words = {Level.OK: _("Running"), Level.WARN: _("Running in part"), Level.BAD: _("Stopped")}
    return Part(str(PARTS[check.name]), words[check.level], COLORS[check.level], check.since)


def waiting_parts(figures: Figures, checks: Iterable[Check]) -> Iterator[Part]:
    titles = {Name.DUE: _("Reminder due the longest"), Name.READY: _("E-mail waiting the longest to leave")}
    waits = {Name.DUE: figures.due_for, Name.READY: figures.ready_for}
    for check in checks:
        word = _("None") if waits[check.name] is None else said_wait(waits[check.name] or timedelta())
        yield Part(titles[check.name], word, COLORS[check.level], check.since)


def hold_of_all_part(firm: Firm, now: datetime) -> Iterator[Part]:
    """Where the firm's e-mails are held as all are; one that was released by itself is not told of the others'. No query elsewhere."""
    if firm.holds_mail(now) and firm.mail_hold_origin == HoldOrigin.OPERATOR and (held := find_hold_of_all()):
        yield Part(
            _("E-mails to clients of all firms, by whoever runs Relance for you"),
            pgettext("e-mails", "Held"),
            COLORS[Level.WARN],
            held.since,
        )


def pace_part(firm: Firm, now: datetime, machine_now: datetime) -> Iterator[Part]:
    """Where e-mails wait for the pace that the firm has set: that is no trouble, and how many they are."""
    if per_minute := find_pace_used_up(firm.pk, machine_now):
        count = Notice.objects.filter(READY, BY_OWN_WAY, leaving(firm, now), firm=firm, not_before__lte=now).count()
        title = ngettext(
            "By your own mail service, at most %(n)s e-mail a minute",
            "By your own mail service, at most %(n)s e-mails a minute",
            per_minute,
        )
        word = ngettext("%(count)s waits its turn", "%(count)s wait their turn", count)
        yield Part(title % {"n": per_minute}, word % {"count": count}, COLORS[Level.OK])


def said_wait(wait: timedelta) -> str:
    return _("About to go") if wait <= LATE else _("Late")


def stopped_since(checks: Iterable[Check]) -> datetime | None:
    """The first instant from which something has stood still; none where all runs, or was never heard of."""
    return min((check.since for check in checks if check.level is Level.BAD and check.since), default=None)


def sending_stopped(staff: Staff, now: datetime, machine_now: datetime) -> datetime | None:
    """Since when nothing goes, for the start page of whoever may look further. The broker is left out: asking it takes time."""
    if not may_change_settings(powers(staff)):
        return None
    ready = flows(Figures(ready_for=facts.ready_for(staff.firm, now, machine_now)), machine_now)
    return stopped_since([*runs(facts.beats(), machine_now), *ready])


def bounces_of(mail: Sequence[facts.DayOfMail], span: int) -> Bounces:
    spans = list(batched(mail, span))
    days = [Day(said_span(each), sum(day.sent + day.bounced for day in each), sum(day.bounced for day in each)) for each in spans]
    words = [_("%(day)s: %(total)s, %(bounced)s bounced") % {"day": day.label, "total": day.count, "bounced": day.last} for day in days]
    total, bounced = sum(day.count for day in days), sum(day.last for day in days)
    rate = _("%s%%") % formats.number_format(100 * bounced / total if total else 0, decimal_pos=1)
    return Bounces(days, total, bounced, rate, _("E-mails: %s") % "; ".join(words))


def said_span(days: Sequence[facts.DayOfMail]) -> str:
    if len(days) == 1:
        return day_in_words(days[0].on, _("D j"))
    return f"{days[0].on.day}–{days[-1].on.day}"
