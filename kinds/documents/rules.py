"""Periods, and the states of a request for documents: pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from babel.dates import format_date
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from actions.enums import ActionState
from actions.kinds import Description
from kinds.documents.enums import Rhythm

DAY = timedelta(days=1)
MONTHS = {Rhythm.MONTH: 1, Rhythm.QUARTER: 3, Rhythm.YEAR: 12}


@dataclass(frozen=True, slots=True)
class Period:
    """From its first day to its last."""

    first: date
    last: date

    @classmethod
    def of(cls, rhythm: Rhythm, day: date) -> Self:
        """The one that `day` lies in."""
        months = MONTHS[rhythm]
        month = (day.month - 1) // months * months + 1
        first = date(day.year, month, 1)
        return cls(first, _months_later(first, months) - DAY)

    @classmethod
    def from_key(cls, key: str) -> Self | None:
        """The period that `key` was of; None for what is none."""
        first, _slash, last = key.partition("/")
        try:
            period = cls(date.fromisoformat(first), date.fromisoformat(last))
            return period if period.rhythm is not None else None
        except ValueError:  # the calendar ends with the year 9999
            return None

    @property
    def rhythm(self) -> Rhythm | None:
        """None for what is no month, quarter or year."""
        return next((each for each in Rhythm if Period.of(each, self.first) == self), None)

    @property
    def key(self) -> str:
        """As forms, requests and addresses name it."""
        return f"{self.first.isoformat()}/{self.last.isoformat()}"

    @property
    def name(self) -> str:
        """In the active language: “October 2026”, “Q4 2026”, “2026”."""
        if self.rhythm is Rhythm.MONTH:
            return format_date(self.first, "LLLL y", locale=(get_language() or "en")[:2])
        if self.rhythm is Rhythm.QUARTER:
            return _("Q%(quarter)d %(year)d") % {"quarter": (self.first.month + 2) // 3, "year": self.first.year}
        return str(self.first.year)


def _months_later(first: date, months: int) -> date:
    month = first.month - 1 + months
    return date(first.year + month // 12, month % 12 + 1, 1)


def period_before(rhythm: Rhythm, period: Period) -> Period:
    return Period.of(rhythm, period.first - DAY)


def periods_to_send(rhythm: Rhythm, today: date) -> list[Period]:
    """Those for which a client can say that all is sent: the one before, and the one under way."""
    current = Period.of(rhythm, today)
    return [period_before(rhythm, current), current]


def periods_to_ask(today: date) -> list[Period]:
    """What staff can ask for: of each rhythm the one before and the one under way."""
    return [period for rhythm in Rhythm for period in periods_to_send(rhythm, today)]


# --- The states of a request ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Progress:
    """What a state is told from; `received` counts files."""

    action_state: str
    received: int


ENDED: dict[str, tuple[str | Promise, str]] = {
    ActionState.DONE: (gettext_lazy("All sent"), "green"),
    ActionState.WITHDRAWN: (gettext_lazy("Withdrawn"), "grey"),
    ActionState.EXPIRED: (gettext_lazy("Expired"), "grey"),
}


def describe_progress(progress: Progress) -> Description:
    if progress.action_state in ENDED:
        return Description(*ENDED[progress.action_state])
    if not progress.received:
        return Description(_("Waiting"), "azure")
    said = ngettext("%(count)d file received", "%(count)d files received", progress.received)
    return Description(said % {"count": progress.received}, "azure")
