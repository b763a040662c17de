"""What the page of every action shows for staff, whatever its kind: the schedule, who is told, what happened and why."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from actions.enums import ScheduleFrom
from actions.kinds import get_kind
from actions.models import Action
from actions.queries import with_parties
from clients.models import Contact
from clients.queries import may_change
from firms.doors import powers, staff_of
from firms.enums import Right
from firms.models import ActivityLine, Staff
from firms.queries import activity_of_action
from firms.rules import may_change_settings
from notifications.deliveries import deliveries_about
from notifications.facts import parties_read
from notifications.models import Notice
from notifications.queries import WhoGets, who_will_get, why_log
from notifications.resolver import Known, known_about
from notifications.verdicts import Verdict
from reminders.explaining.causes import day_hour_said
from reminders.explaining.explain import WhatNext, what_happens_next
from reminders.explaining.scene import Scene, scene_of
from reminders.explaining.timeline import (
    ACCOUNT,
    CONTACT,
    CONTACTS,
    HOURS,
    LATE,
    OUTBOX,
    PARTIES,
    PLANNED,
    REMINDERS,
    Entry,
    Link,
    history,
    join_names,
    reminder_name,
)
from reminders.forms import ResendForm, ScheduleForm, schedule_form
from reminders.nearest import nearest
from reminders.paused import is_paused, pause_card
from reminders.rules import Schedule
from reminders.services import schedule_text
from reminders.standing import schedule_of, set_schedule

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


@dataclass(frozen=True, slots=True)
class Said:
    """A cause as the page says it, with the way to the setting behind it."""

    text: str
    link: Link | None


def page_context(request: HttpRequest, action: Action, now: datetime) -> dict[str, Any]:
    """For `reminders/item.html`, which a kind's page extends, and for its parts `reminders/_*.html`."""
    today = now.astimezone(action.firm.zone).date()
    may = may_change(staff_of(request), action.account, Right.MANAGE_ACTIONS)
    scene, known = read_for_page(with_parties(action), now)
    notices, lines = list(why_log(action.firm, action)), list(activity_of_action(action.firm, action.pk))
    following = what_happens_next(action.firm, action, now, scene)
    who = find_person(notices, request.GET.get("who", ""))
    resend = rows(who_will_get(firm=action.firm, action=action, now=now, is_reminder=False, known=known)) if known else []
    gets_next = rows(following.people) if following.at else resend
    places = Places(staff_of(request), action)
    return {
        "action": action,
        "kind": get_kind(action.kind),
        "description": get_kind(action.kind).describe(action),
        "days_late": (today - action.due_on).days if action.is_open and action.due_on and action.due_on < today else 0,
        "may_change": may,
        **pause_context(action, now, may=may),
        "today": today,
        "schedule_form": form_of(request, action),
        **setting_context(action, places),
        **next_context(places, following),
        "gets_next": gets_next,
        "resend": resend,
        "resend_form": ResendForm(initial={"message": action.message}, auto_id="resend_%s"),
        "resend_count": count_people(resend),
        "people": people_in(notices),
        "who": who,
        "told": deliveries_about(notices, {line.contact_id for line in lines if line.contact_id}),
        "entries": timeline(lines, notices, following, who, places, held=action.firm.holds_mail(now)),
    }


def pause_context(action: Action, now: datetime, *, may: bool) -> dict[str, Any]:
    """For `reminders/_pause.html` and `reminders/_paused_above.html`."""
    if not action.is_open:
        return {"pause": None, "paused_above": []}
    above = [each for each in (action.account, action.firm) if is_paused(each, now)]
    return {"pause": pause_card(action, now, may=may), "paused_above": above}


def setting_context(action: Action, places: "Places") -> dict[str, Any]:
    """For `reminders/_whose_setting.html`: what it follows, or what it might follow again."""
    setting = nearest(action.account, action.kind) if action.is_open and action.schedule_from in OWN else None
    return {"setting": setting, "setting_words": schedule_text(setting.schedule) if setting else "", "follows": places.of_schedule()}


def next_context(places: "Places", following: WhatNext) -> dict[str, Any]:
    """For `reminders/_what_next.html`."""
    whys = [Said(why.text, places.link(why.setting, why.contact)) for why in following.whys]
    return {"next": following, "next_names": join_names(following.names), "whys": whys, "zone": zone_name()}


def read_for_page(action: Action, now: datetime) -> tuple[Scene | None, Known | None]:
    """Read once for the reminder to come and for a repetition; its people are read already."""
    if not action.is_open:
        return None, None
    if not action.reminders_on:
        return None, known_about(action.firm, [action], now=now, told=False, parties=parties_read(action))
    scene = scene_of(action.firm, [action], now=now)
    return scene, scene.known


class Places:
    """The way to what decides about a request, where this member of staff may open it."""

    def __init__(self, staff: Staff, action: Action) -> None:
        self.staff, self.action = staff, action

    def link(self, setting: str, contact: Contact | None = None) -> Link | None:
        if setting == CONTACT:
            may_open = contact is not None and contact.archived_at is None
            return Link(reverse("contact_show", args=[contact.code]), contact.name) if contact and may_open else None
        if setting == HOURS:
            return self._of_firm() if may_change_settings(powers(self.staff)) else None
        titles = {
            CONTACTS: (reverse("account_show", args=[self.action.account.code]), _("Contacts of this account")),
            ACCOUNT: (reverse("account_show", args=[self.action.account.code]), _("Info of this account")),
            REMINDERS: ("#reminders", _("Reminders")),
            PARTIES: ("#parties", _("Who is named")),
            LATE: (reverse("late_reminders"), _("Reminders that wait for a yes")),
            OUTBOX: (reverse("outbox_list"), _("Outbox")),
        }
        return Link(*titles[setting]) if setting in titles else None

    def of_schedule(self) -> Link | None:
        """The setting that the request's reminders follow."""
        of = {ScheduleFrom.ACCOUNT: ACCOUNT, ScheduleFrom.FIRM: HOURS, ScheduleFrom.USUAL: HOURS}
        return self.link(of.get(ScheduleFrom(self.action.schedule_from), ""))

    def _of_firm(self) -> Link:
        return Link(reverse("settings_reminders"), _("Reminder settings"))


def form_of(request: HttpRequest, action: Action) -> ScheduleForm:
    """The schedule that came back with errors, as it was typed, or the one that holds."""
    came_back = getattr(request, "schedule_form", None)
    return came_back if isinstance(came_back, ScheduleForm) else schedule_form(action)


def rows(who: list[WhoGets]) -> list[Row]:
    """Those who are held get it too, only later: it says when."""
    return [Row(each.email, each.name, _with_hour(each), each.decision.verdict != Verdict.SKIP, each.contact_id) for each in who]


def _with_hour(who: WhoGets) -> str:
    until = who.decision.until
    return _("On %(at)s. %(why)s") % {"at": day_hour_said(until), "why": who.sentence} if until else who.sentence


def count_people(rows: Sequence[Row]) -> int:
    """How many people get it, however many addresses they have."""
    return len({row.contact_id for row in rows if row.gets_it})


def timeline(
    lines: list[ActivityLine], notices: list[Notice], following: WhatNext, who: Contact | None, places: Places, *, held: bool
) -> list[Entry]:
    entries = history(notices, lines, contact_id=who.pk if who else None, held=held)
    people = {person.pk: person for person in people_in(notices)}
    linked = [replace(entry, link=places.link(entry.setting, people.get(min(entry.contacts, default=0)))) for entry in entries]
    to_come = planned(following)
    return [to_come, *linked] if to_come and (who is None or who.name in to_come.names) else linked


def planned(following: WhatNext) -> Entry | None:
    """The reminder to come, at the head of the history; one that is written stands in it already."""
    if following.at is None or following.written:
        return None
    why = following.whys[0].text if following.whys else _("Unless it is done before.")
    return Entry(following.at, PLANNED, reminder_name(following.number, following.of), tuple(following.names), why)


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
