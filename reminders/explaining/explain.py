"""What happens next, and why: the sentence on every request, said of what the rehearsal finds."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from actions.enums import STOP_SENTENCES
from actions.kinds import get_kind
from actions.models import Action
from actions.stops import Stop
from firms.calendar import A_DAY
from firms.models import Firm
from notifications.queries import WhoGets, who_will_get
from notifications.rules import Decision
from notifications.verdicts import Verdict
from reminders.explaining.causes import Causes, Why
from reminders.explaining.rehearsal import Ahead, Going, rehearse_scene
from reminders.explaining.scene import Scene, scene_of
from reminders.explaining.timeline import CONTACTS, LATE, join_names
from ui.templatetags.ui import day

NOT_YET = {  # why somebody is reminded, by what would end it
    Stop.DONE: gettext_lazy("it is not done yet"),
    Stop.SIGNED: gettext_lazy("it is not signed yet"),
    Stop.APPROVED: gettext_lazy("it is not approved yet"),
    Stop.ANSWERED: gettext_lazy("there is no answer yet"),
    Stop.SUBMITTED: gettext_lazy("not everything has been sent yet"),
    Stop.PAID: gettext_lazy("it is not paid yet"),
}


class Moment(StrEnum):
    NOW = "now"
    TODAY = "today"
    TOMORROW = "tomorrow"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Others:
    """Those who get the same reminder later than the first."""

    names: str
    at: datetime


@dataclass(frozen=True, slots=True)
class WhatNext:
    """The next reminder: number `number` of `of`, nominally at `due_at`, leaving at `at` for `names`; or `stop`, why none will come.

    `whys` say what puts it off, what waits beside it, and what to do where nobody would be told.
    """

    number: int
    of: int
    due_at: datetime | None = None
    at: datetime | None = None
    moment: Moment = Moment.LATER
    because: str = ""
    names: list[str] = field(default_factory=list)
    others: list[Others] = field(default_factory=list)
    stop: Stop | None = None
    why_stopped: str = ""
    whys: list[Why] = field(default_factory=list)
    people: list[WhoGets] = field(default_factory=list)  # each address, and whether and when it gets it
    written: bool = False  # it stands in the history already

    @property
    def nobody(self) -> bool:
        return self.at is None and self.stop is None


def what_happens_next(firm: Firm, action: Action, now: datetime, scene: Scene | None = None) -> WhatNext:
    """As things stand. `scene`: what decides about the action, where it is read already."""
    number, of = action.reminders_sent + 1, action.remind_max
    if not (action.is_open and action.reminders_on):
        stop = Stop(action.stop_reason) if action.stop_reason else Stop.SWITCHED_OFF
        return WhatNext(number, of, stop=stop, why_stopped=str(STOP_SENTENCES[stop]))
    scene = scene or scene_of(firm, [action], now=now)
    ahead = rehearse_scene(firm, scene, [action.pk], now)[action.pk]
    if ahead.first is not None:
        return _going(firm, action, scene, ahead, ahead.first, now)
    late = list(_late(firm, action, ahead))
    if ahead.nobody_at is not None:
        return WhatNext(number, of, due_at=ahead.nobody_at, whys=[*late, _do_about_nobody()])
    stop = ahead.stop or Stop.SWITCHED_OFF
    return WhatNext(
        number, of, stop=stop, why_stopped=_stopped(action, ahead, stop), whys=late + ([_take_up()] if stop == Stop.NOBODY else [])
    )


def _going(firm: Firm, action: Action, scene: Scene, ahead: Ahead, first: Going, now: datetime) -> WhatNext:
    same = [going for going in ahead.going if going.number == first.number]
    causes = Causes(firm, action, scene, now)
    put_off = [] if first.written else causes.put_off(first.due_at)
    return WhatNext(
        first.number,
        action.remind_max,
        due_at=first.due_at,
        at=first.at,
        moment=_moment(firm, first.at, now),
        because=str(NOT_YET.get(get_kind(action.kind).done, NOT_YET[Stop.DONE])),
        names=_names(going for going in same if going.at == first.at),
        others=_others(same, first.at),
        whys=[*_late(firm, action, ahead), *_superseded(action, ahead), *put_off, *causes.hold(same)],
        people=_people(firm, action, scene, same, now),
        written=first.written,
    )


def _moment(firm: Firm, at: datetime, now: datetime) -> Moment:
    if at <= now:
        return Moment.NOW
    days = at.astimezone(firm.zone).date() - now.astimezone(firm.zone).date()
    return Moment.TODAY if not days else Moment.TOMORROW if days == A_DAY else Moment.LATER


def _names(goings: Iterable[Going]) -> list[str]:
    return list(dict.fromkeys(going.recipient.name or going.recipient.email for going in goings))


def _others(same: Sequence[Going], first: datetime) -> list[Others]:
    later = sorted({going.at for going in same if going.at > first})
    return [Others(join_names(_names(going for going in same if going.at == at)), at) for at in later]


def _people(firm: Firm, action: Action, scene: Scene, same: Sequence[Going], now: datetime) -> list[WhoGets]:
    """The resolver's word as things stand; for whoever gets it, when that will be and what holds it last."""
    leaving = {(going.recipient.contact_id, going.recipient.email): going for going in same}
    people = who_will_get(firm=firm, action=action, now=same[0].due_at, is_reminder=True, known=scene.known)
    return [_as_it_leaves(who, leaving.get((who.contact_id, who.email)), now) for who in people]


def _as_it_leaves(who: WhoGets, going: Going | None, now: datetime) -> WhoGets:
    if going is None or going.at <= now:
        return who
    reason = going.reasons[-1] if going.reasons else who.decision.reason
    return replace(who, decision=Decision(Verdict.HOLD, reason, going.at))


# --- Where none goes, and what stands beside it ------------------------------------------------------------------------


def _stopped(action: Action, ahead: Ahead, stop: Stop) -> str:
    if stop == Stop.EXPIRED and action.expires_on:
        return _("The request expires after %(day)s, before the next one would go.") % {"day": day(action.expires_on)}
    if stop == Stop.COUNT_REACHED and ahead.waits_for_yes:
        return _("All but the late one have been sent.")
    return str(STOP_SENTENCES[stop])


def _do_about_nobody() -> Why:
    return Why(_("Switch NOTIFY on for somebody before: otherwise the reminders end then, and the office is told."), CONTACTS)


def _take_up() -> Why:
    return Why(_("Once somebody can be told, they are taken up again by themselves."), CONTACTS)


def _late(firm: Firm, action: Action, ahead: Ahead) -> Iterator[Why]:
    """M33: what is too late already, and what the next sweep will find so."""
    if not ahead.waits_for_yes:
        return
    about = {"number": ahead.late_number, "of": action.remind_max, "days": firm.latest_days}
    late = ngettext(
        "Reminder %(number)s of %(of)s is more than %(days)s day late: it waits for your yes.",
        "Reminder %(number)s of %(of)s is more than %(days)s days late: it waits for your yes.",
        firm.latest_days,
    )
    yield Why(late % about, LATE)


def _superseded(action: Action, ahead: Ahead) -> Iterator[Why]:
    if ahead.superseded:
        about = {"number": ahead.superseded, "of": action.remind_max}
        yield Why(_("Reminder %(number)s of %(of)s is still held; this one takes its place.") % about)
