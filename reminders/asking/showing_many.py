"""A batch as its pages show it: what it would do, how far it is, what became of each account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from clients.models import Account
from reminders.asking.batches import wanted_of
from reminders.asking.many import Meant, meant_of
from reminders.asking.queries import would_get
from reminders.asking.running import words_for
from reminders.enums import LeftOut, RowState
from reminders.models import AskBatch, AskBatchRow
from reminders.page import Row
from reminders.words import Words

NAMES_SHOWN = 12  # of accounts left out for one reason


@dataclass(frozen=True, slots=True)
class Group:
    """Accounts that are left out for the same reason; `more` of them are not named."""

    reason: LeftOut
    names: Sequence[str]
    more: int

    @property
    def count(self) -> int:
        return len(self.names) + self.more


@dataclass(frozen=True, slots=True)
class First:
    """What the first account gets: in which words, and who of it."""

    account: Account
    words: Words
    gets: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Preview:
    """Before anything is asked: how many accounts, how many people are told, who is left out; `unheard` where nobody would be told."""

    accounts: int
    people: int
    left_out: Sequence[Group]
    unheard: Group | None
    first: First | None

    @property
    def at_all(self) -> int:
        return self.accounts + (self.unheard.count if self.unheard else 0)


def preview_of(batch: AskBatch, now: datetime) -> Preview:
    """A constant number of queries, however many accounts."""
    rows = AskBatchRow.objects.filter(firm=batch.firm_id, batch=batch).order_by("position").select_related("account__firm")
    meant = meant_of(batch.created_by, wanted_of(batch), [row.account for row in rows], now)
    asked = [each for each in meant if each.left_out is None]
    groups = {reason: group_of(reason, meant) for reason in LeftOut if any(each.left_out == reason for each in meant)}
    unheard = groups.pop(LeftOut.NOBODY, None)
    people = frozenset[int]().union(*(each.told for each in asked))
    return Preview(len(asked), len(people), list(groups.values()), unheard, first_of(batch, asked, now))


def group_of(reason: LeftOut, meant: Sequence[Meant]) -> Group:
    names = [each.account.name for each in meant if each.left_out == reason]
    return Group(reason, names[:NAMES_SHOWN], max(len(names) - NAMES_SHOWN, 0))


def first_of(batch: AskBatch, asked: Sequence[Meant], now: datetime) -> First | None:
    if not asked:
        return None
    first = asked[0]
    return First(first.account, words_for(batch, first), would_get(batch.kind, first.account, first.people, now))


@dataclass(frozen=True, slots=True)
class Progress:
    """How many accounts are asked, left out, and still waiting."""

    asked: int
    left_out: int
    waiting: int

    @property
    def total(self) -> int:
        return self.asked + self.left_out + self.waiting

    @property
    def done(self) -> int:
        return self.asked + self.left_out


COUNTS = {state.value: Count("rows", filter=Q(rows__state=state)) for state in RowState}


def progress_of(batch: AskBatch) -> Progress:
    return Progress(**AskBatch.objects.filter(firm=batch.firm_id, pk=batch.pk).aggregate(**COUNTS))


def with_counts(batches: QuerySet[AskBatch]) -> QuerySet[AskBatch]:
    """Each with `asked`, `left_out` and `waiting`, the newest first."""
    return batches.annotate(**COUNTS).order_by("-created_at", "-pk")
