"""What the page of every action shows for staff, whatever its kind: the schedule, who is told, what happened and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from actions.enums import ScheduleFrom
from actions.kinds import get_kind
from actions.models import Action
from actions.queries import with_parties
from clients.models import Contact
from clients.queries import may_change
from firms.doors import staff_of
from firms.enums import Right
from firms.queries import activity_of_action
from notifications.facts import parties_read
from notifications.models import Notice
from notifications.queries import WhoGets, who_will_get, why_log
from notifications.resolver import Known, known_about
from notifications.verdicts import Verdict
from reminders.forms import ResendForm, ScheduleForm, schedule_form
from reminders.nearest import nearest
from reminders.paused import is_paused, pause_card
from reminders.queries import WhatNext, what_happens_next
from reminders.rules import Schedule
from reminders.services import schedule_text
from reminders.standing import schedule_of, set_schedule
from reminders.timeline import Entry, history, join_names, planned
from reminders.waiting import what_waits

OWN = (ScheduleFrom.ACTION, ScheduleFrom.KEPT)  # these follow no setting, and may be made to


@dataclass(frozen=True, slots=True)
class Row:
    """An address beside a send button, as ui/who_gets.html draws it."""

    address: str
    name: str
    reason: str
    gets_it: bool
    contact_id: int


@dataclass(frozen=True, slots=True)
class MenuItem:
    """A line that a kind adds to the three dots of its page, as `menu_items` of the context."""

    icon: str
    title: str
    url: str


def page_context(request: HttpRequest, action: Action, now: datetime) -> dict[str, Any]:
    """For `reminders/item.html`, which a kind's page extends, and for its parts `reminders/_*.html`."""
    today = now.astimezone(action.firm.zone).date()
    may = may_change(staff_of(request), action.account, Right.MANAGE_ACTIONS)
    known = known_for_page(action, now) if action.is_open else None
    notices = list(why_log(action.firm, action))
    following = what_waits(action, notices, known, now) or what_happens_next(action.firm, action, now, known)
    who = find_person(notices, request.GET.get("who", ""))
    resend = rows(who_will_get(firm=action.firm, action=action, now=now, is_reminder=False, known=known)) if known else []
    gets_next = rows(following.people) if following.at else resend
    setting = nearest(action.account, action.kind) if action.is_open and action.schedule_from in OWN else None
    return {
        "action": action,
        "kind": get_kind(action.kind),
        "description": get_kind(action.kind).describe(action),
        "days_late": (today - action.due_on).days if action.is_open and action.due_on and action.due_on < today else 0,
        "may_change": may,
        "pause": pause_card(action, now, may=may) if action.is_open else None,
        "paused_above": [each for each in (action.account, action.firm) if action.is_open and is_paused(each, now)],
        "today": today,
        "schedule_form": form_of(request, action),
        "setting": setting,
        "setting_words": schedule_text(setting.schedule) if setting else "",
        "next": following,
        "next_names": join_names(following.names),
        "zone": zone_name(),
        "gets_next": gets_next,
        "resend": resend,
        "resend_form": ResendForm(initial={"message": action.message}, auto_id="resend_%s"),
        "resend_count": count_people(resend),
        "people": people_in(notices),
        "who": who,
        "entries": timeline(action, notices, following, who),
    }


def known_for_page(action: Action, now: datetime) -> Known:
    """Read once for the reminder to come and for a repetition; the kind's page shows the same people."""
    parties = parties_read(with_parties(action))
    return known_about(action.firm, [action], now=now, told=action.next_reminder_at is not None, parties=parties)


def form_of(request: HttpRequest, action: Action) -> ScheduleForm:
    """The schedule that came back with errors, as it was typed, or the one that holds."""
    came_back = getattr(request, "schedule_form", None)
    return came_back if isinstance(came_back, ScheduleForm) else schedule_form(action)


def rows(who: list[WhoGets]) -> list[Row]:
    """Those who are held get it too, only later."""
    return [Row(each.email, each.name, each.sentence, each.decision.verdict != Verdict.SKIP, each.contact_id) for each in who]


def count_people(rows: Sequence[Row]) -> int:
    """How many people get it, however many addresses they have."""
    return len({row.contact_id for row in rows if row.gets_it})


def timeline(action: Action, notices: list[Notice], following: WhatNext, who: Contact | None) -> list[Entry]:
    entries = history(notices, activity_of_action(action.firm, action.pk), contact_id=who.pk if who else None)
    to_come = planned(following)
    return [to_come, *entries] if to_come and (who is None or who.name in to_come.names) else entries


def people_in(notices: list[Notice]) -> list[Contact]:
    """Whoever stands in the history, by name."""
    known = {notice.contact_id: notice.contact for notice in notices if notice.contact}
    return sorted(known.values(), key=lambda contact: contact.name_key)


def find_person(notices: list[Notice], code: str) -> Contact | None:
    return next((person for person in people_in(notices) if person.code == code), None)


def zone_name() -> str:
    """The city of the zone that hours are shown in: “Paris”."""
    return timezone.get_current_timezone_name().rpartition("/")[2].replace("_", " ")


@dataclass(frozen=True, slots=True)
class Preview:
    """What a schedule that is not saved yet would do: the reminder to come, and how many e-mails more or fewer."""

    next: WhatNext
    more: int
    changed: bool

    @property
    def fewer(self) -> int:
        return -self.more


def preview(action: Action, schedule: Schedule, now: datetime) -> Preview:
    """Asks the very functions that saving will ask; changes nothing."""
    before = schedule_of(action)
    more = reminders_left(schedule, action.reminders_sent) - reminders_left(before, action.reminders_sent)
    if schedule != before:
        set_schedule(action, schedule, ScheduleFrom.ACTION, now)
    return Preview(what_happens_next(action.firm, action, now), more, schedule != before)


def reminders_left(schedule: Schedule, sent: int) -> int:
    return max(schedule.at_most - sent, 0) if schedule.on else 0
