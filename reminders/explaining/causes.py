"""What puts a reminder off, in words: the days that do not count, and what holds it from the day on which it is due."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from actions.models import Action
from clients.models import Contact
from firms.calendar import Calendar, Span, days_later
from firms.closed_days import closed_days_of
from firms.models import Firm
from firms.pausable import Pausable
from notifications.enums import REASON_SENTENCES
from notifications.resolver import decisions
from notifications.verdicts import Reason, Verdict
from reminders.explaining.rehearsal import Going
from reminders.explaining.scene import Scene
from reminders.explaining.timeline import HOURS, SETTINGS, join_names
from reminders.resting import common_pauses
from reminders.rules import Rhythm, Standing
from reminders.standing import rhythm_of, standing_of
from ui.templatetags.ui import day, day_hour

PAUSED: dict[Reason, tuple[Promise, Promise]] = {  # while it lasts, and once it is over but has put a reminder off
    Reason.FIRM_PAUSED: (
        gettext_lazy("The firm's reminders are paused until %(day)s."),
        gettext_lazy("The firm's reminders were paused until %(day)s, and those days do not count."),
    ),
    Reason.ACCOUNT_PAUSED: (
        gettext_lazy("Reminders of this account are paused until %(day)s."),
        gettext_lazy("Reminders of this account were paused until %(day)s, and those days do not count."),
    ),
    Reason.CONTACT_PAUSED: (
        gettext_lazy("Reminders to %(name)s are paused until %(day)s."),
        gettext_lazy("Reminders to %(name)s were paused until %(day)s, and those days do not count."),
    ),
    Reason.ACTION_PAUSED: (
        gettext_lazy("Reminders of this request are paused until %(day)s."),
        gettext_lazy("Reminders of this request were paused until %(day)s, and those days do not count."),
    ),
}


@dataclass(frozen=True, slots=True)
class Why:
    """A cause in words; `setting` is where it can be changed, as in `timeline`, of `contact` where it is a person's."""

    text: str
    setting: str = ""
    contact: Contact | None = None


class Causes:
    """What puts off the reminders of one request; asks for a contact where a pause is theirs alone."""

    def __init__(self, firm: Firm, action: Action, scene: Scene, now: datetime) -> None:
        self.firm, self.action = firm, action
        self.rhythm, self.closed = rhythm_of(firm), closed_days_of(firm)
        self.today = now.astimezone(firm.zone).date()
        reached = list(decisions(scene.known, [action], is_reminder=True, now=now))
        self.standing = standing_of(action, common_pauses(reached))
        self.contacts = {r.recipient.contact_id for r in reached if r.recipient.pauses and r.decision.verdict != Verdict.SKIP}

    # --- Before it is due ----------------------------------------------------------------------------------------------

    def put_off(self, due_at: datetime) -> Iterator[Why]:
        """Pauses and closed days since the last instant, where the interval alone would have named an earlier day than `due_at`."""
        calendar, pauses = self.rhythm.calendar, self.standing.pauses
        before = instant_before(self.standing, self.rhythm, due_at)
        start, due = self._day(before), self._day(due_at)
        if self._day(_after(self.standing, self.rhythm, before, calendar, ())) != due:
            yield from self._paused_between(start, due)
        always_open = replace(calendar, closed=frozenset()) if calendar.open_days_only else replace(calendar, always=True)
        meant = self._day(_after(self.standing, self.rhythm, before, always_open, pauses))
        if meant != due:
            yield Why(self._days_left_out(start, due) if calendar.open_days_only else self._closed_on(meant), HOURS)

    def _day(self, at: datetime) -> date:
        return at.astimezone(self.rhythm.zone).date()

    def _paused_between(self, start: date, due: date) -> Iterator[Why]:
        of = {Reason.FIRM_PAUSED: self.firm, Reason.ACCOUNT_PAUSED: self.action.account, Reason.ACTION_PAUSED: self.action}
        for reason, what in of.items():
            if _overlaps(what.pauses, start, due):
                yield self._paused(reason, what)
        for contact in self._contacts_with_a_pause(self.contacts):
            if _overlaps(contact.pauses, start, due):
                yield self._paused(Reason.CONTACT_PAUSED, contact)

    def _contacts_with_a_pause(self, ids: Collection[int]) -> Iterable[Contact]:
        return Contact.objects.filter(firm=self.firm, pk__in=ids, paused_until__isnull=False).order_by("name_key") if ids else ()

    def _paused(self, reason: Reason, what: Pausable) -> Why:
        assert what.paused_until is not None  # it has a pause
        contact = what if isinstance(what, Contact) else None
        said = str(PAUSED[reason][what.paused_until <= self.today])
        said = ended_once(said % {"day": day(what.paused_until), "name": contact.name if contact else ""})
        if what.pause_reason:
            said += " " + _("Reason: %(reason)s.") % {"reason": what.pause_reason.rstrip(".")}
        return Why(said, SETTINGS[reason], contact)

    def _days_left_out(self, start: date, due: date) -> str:
        days = _days_said(self.closed.named_from(start, (due - start).days))
        return ended_once(_("Closed days do not count: %(days)s.") % {"days": days})

    def _closed_on(self, on: date) -> str:
        about = {"day": day(on), "name": self.closed.name_of(on)}
        if about["name"]:
            return _("Its day would be %(day)s, but the firm is closed: %(name)s.") % about
        if on in self.closed or on.weekday() in self.rhythm.calendar.days:
            return _("Its day would be %(day)s, but the firm is closed.") % about
        return _("Its day would be %(day)s, a day of the week on which the firm sends no reminders.") % about

    # --- From then on --------------------------------------------------------------------------------------------------

    def hold(self, goings: Sequence[Going]) -> Iterator[Why]:
        """What holds the same reminder for whoever gets it later than it is due; the same is said once."""
        said: set[str] = set()
        for going in goings:
            for reason in going.reasons:
                for why in self._held_by(reason, going):
                    if why.text not in said:
                        said.add(why.text)
                        yield why

    def _held_by(self, reason: Reason, going: Going) -> Iterator[Why]:
        if reason in PAUSED:
            yield from self._pause_of(reason, going)
        elif reason == Reason.CLOSED_DAY:
            yield Why(self._closed_on(going.due_at.astimezone(going.recipient.zone).date()), HOURS)
        else:
            yield Why(self._held(reason, going), SETTINGS.get(reason, ""))
        yield from self._closed_in_between(going)

    def _held(self, reason: Reason, going: Going) -> str:
        about = {"name": going.recipient.name or going.recipient.email, "due": day_hour_said(going.due_at)}
        if reason == Reason.OUTSIDE_HOURS:
            hours = {"start": hour_said(self.firm.send_from), "end": hour_said(self.firm.send_until)}
            return _("It is due on %(due)s, but reminders go from %(start)s to %(end)s by the reader's clock.") % {**about, **hours}
        if reason == Reason.CAPPED:
            capped = _("%(name)s gets other reminders before this one, and the firm sends one person at most %(caps)s.")
            return capped % {**about, "caps": caps_said(self.firm)}
        if reason == Reason.TOLD_TODAY:
            return _("It is due on %(due)s, but %(name)s is told of the same request less than 24 hours before.") % about
        return str(REASON_SENTENCES[reason])

    def _pause_of(self, reason: Reason, going: Going) -> Iterator[Why]:
        of: dict[Reason, Pausable] = {Reason.FIRM_PAUSED: self.firm, Reason.ACCOUNT_PAUSED: self.action.account}
        if reason == Reason.CONTACT_PAUSED:
            paused: Iterable[Pausable] = self._contacts_with_a_pause([going.recipient.contact_id])
        else:
            paused = [of.get(reason, self.action)]
        yield from (self._paused(reason, what) for what in paused if what.pauses)

    def _closed_in_between(self, going: Going) -> Iterator[Why]:
        if self.rhythm.calendar.always:
            return
        due, leaves = (at.astimezone(going.recipient.zone).date() for at in (going.due_at, going.at))
        days = [(on, name) for on, name in self.closed.named_from(due, (leaves - due).days) if name and on != due]
        if days:
            yield Why(_("The firm is closed in between: %(days)s.") % {"days": _days_said(days)}, HOURS)


def instant_before(standing: Standing, rhythm: Rhythm, due: datetime) -> datetime:
    """The last instant of the rhythm before `due`."""
    before = standing.counted_from
    while (later := _after(standing, rhythm, before, rhythm.calendar, standing.pauses)) < due:
        before = later
    return before


def _after(standing: Standing, rhythm: Rhythm, at: datetime, calendar: Calendar, pauses: Sequence[Span]) -> datetime:
    return days_later(calendar, at, standing.schedule.every_days, rhythm.zone, pauses)


def _overlaps(spans: Sequence[Span], start: date, due: date) -> bool:
    return any(first <= due and start < until for first, until in spans if first < until)  # one taken back at once has no day


# --- How it is said ----------------------------------------------------------------------------------------------------


def ended_once(sentence: str) -> str:
    """A month cut short has a full stop of its own in French, with which the sentence ends."""
    return sentence.replace("..", ".")


def day_hour_said(at: datetime) -> str:
    return day_hour(timezone.localtime(at))


def hour_said(at: time) -> str:
    return formats.time_format(at, "H:i")


def caps_said(firm: Firm) -> str:
    said = []
    if firm.cap_a_day:
        said.append(ngettext("%(n)s such e-mail a day", "%(n)s such e-mails a day", firm.cap_a_day) % {"n": firm.cap_a_day})
    if firm.cap_a_week:
        said.append(
            ngettext("%(n)s such e-mail in seven days", "%(n)s such e-mails in seven days", firm.cap_a_week) % {"n": firm.cap_a_week}
        )
    return join_names(said)


def _days_said(days: Iterable[tuple[date, str]]) -> str:
    return join_names([f"{day(on)} ({name})" if name else day(on) for on, name in days])
