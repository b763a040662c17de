"""Reads of what reminders are about to do: the requests that matter to each other, and what is written of them but has not left."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import JSONObject

from actions.enums import NAMED
from actions.models import Action, ActionParty
from actions.queries import OPEN
from clients.models import Account, AccountAddress
from firms.models import Firm
from notifications.enums import Priority
from notifications.facts import Parties
from notifications.models import READY, Notice
from notifications.resolver import Known, known_about
from notifications.rules import why_left_behind
from notifications.verdicts import Reason, Verdict

MOST_AROUND = 300  # other requests that are looked at for the caps of the people whom a page is about


@dataclass(frozen=True, slots=True)
class Waiting:
    """A reminder for one address that has not left: due at `due_at`, leaving at `not_before` as things stand.

    `reasons` are what puts it off; `written` says whether it is a notice already, or follows from the schedule.
    """

    action_id: int
    address_id: int
    number: int
    round: int
    bundle: str
    due_at: datetime
    not_before: datetime
    reasons: tuple[Reason, ...] = ()
    written: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """What decides about some requests: they themselves, others to the same addresses, and what waits of all of them."""

    actions: Sequence[Action]
    waiting: Sequence[Waiting]
    known: Known
    late: Mapping[int, int]  # of those whose last reminder waits for somebody's yes (M33) its number, by id


def scene_of(firm: Firm, actions: Collection[Action], *, now: datetime) -> Scene:
    """Two queries however many actions. Each is taken as it stands in memory: it may be a change that is not saved yet."""
    return _scene(firm, actions, {action.account_id for action in actions}, now)


def scene_of_accounts(firm: Firm, account_ids: Collection[int], *, now: datetime) -> Scene:
    """As `scene_of`, of all that is open at these accounts."""
    return _scene(firm, (), account_ids, now)


def _scene(firm: Firm, actions: Collection[Action], account_ids: Collection[int], now: datetime) -> Scene:
    given = {action.pk: action for action in actions}
    rows = list(_around(firm, given, account_ids))
    found = [given.get(row.pk, row) for row in rows]
    found += [action for pk, action in given.items() if pk not in {row.pk for row in rows}]
    for action in found:
        action.firm = firm
    parties = {row.pk: _parties(row.named) for row in rows}
    known = known_about(firm, found, now=now, parties=parties)
    waiting = [notice for row in rows for notice in _waiting(row.pk, row.unsent)]
    late = {row.pk: row.reminders_sent for row in rows if any(_is_late(each, row) for each in row.unsent)}
    return Scene(found, waiting, known, late)


def _around(firm: Firm, given: Collection[int], account_ids: Collection[int]) -> QuerySet[Any]:
    """The `given` actions, or all of the accounts; and where there are caps those that share an address with them, soonest first."""
    own = Q(pk__in=given) if given else Q(account__in=account_ids)
    to_come = OPEN & Q(reminders_on=True) & (Q(next_reminder_at__isnull=False) | Exists(_UNSENT))
    actions = Action.objects.filter(Q(pk__in=given) | to_come, firm=firm)
    has_caps = firm.cap_a_day or firm.cap_a_week
    actions = actions.filter(Q(account__in=_sharing(firm, account_ids)) if has_caps else own)
    ranked = actions.annotate(rank=Case(When(own, then=Value(0)), default=Value(1), output_field=IntegerField()))
    named, unsent = ArraySubquery(_NAMED.values(party=_PARTY)), ArraySubquery(_UNSENT.values(notice=_NOTICE))
    rows = ranked.select_related("account").annotate(named=named, unsent=unsent)
    return rows.order_by("rank", F("next_reminder_at").asc(nulls_first=True), "pk")[: MOST_AROUND + len(given)]


def _sharing(firm: Firm, account_ids: Collection[int]) -> QuerySet[Any]:
    """These accounts, and all with an address that hears of one of them."""
    uses = AccountAddress.objects.filter(firm=firm, notify=True).order_by()
    addresses = uses.filter(account__in=account_ids).values("address")
    return (
        Account.objects.filter(firm=firm, pk__in=account_ids)
        .order_by()
        .values("pk")
        .union(uses.filter(address__in=addresses).values("account"))
    )


_NAMED = ActionParty.objects.filter(firm=OuterRef("firm"), action=OuterRef("pk"), role__in=NAMED).order_by()
_PARTY = JSONObject(contact="contact_id", done="done_at")
_UNSENT = Notice.objects.filter(
    READY | Q(verdict=Verdict.SKIP, reason=Reason.TOO_LATE),
    firm=OuterRef("firm"), action=OuterRef("pk"), priority=Priority.REMINDER, address__isnull=False,
).order_by("pk")  # fmt: skip
_NOTICE = JSONObject(
    address="address_id", number="number", round="values__round", bundle="bundle", decided_at="decided_at",
    not_before="not_before", verdict="verdict", reason="reason",
)  # fmt: skip


def _parties(rows: Iterable[Mapping[str, Any]]) -> Parties:
    rows = list(rows)
    return Parties({row["contact"] for row in rows}, {row["contact"] for row in rows if row["done"]})


def _waiting(action_id: int, rows: Iterable[Mapping[str, Any]]) -> list[Waiting]:
    return [
        Waiting(
            action_id, row["address"], row["number"], row["round"] or 0, row["bundle"], datetime.fromisoformat(row["decided_at"]),
            datetime.fromisoformat(row["not_before"]), (Reason(row["reason"]),) if row["verdict"] == Verdict.HOLD else (), written=True,
        )
        for row in rows
        if row["verdict"] != Verdict.SKIP
    ]  # fmt: skip


def _is_late(row: Mapping[str, Any], action: Action) -> bool:
    """As `late.late_notices` says in SQL."""
    sent, at_most = action.reminders_sent, action.remind_max
    left_behind = why_left_behind(row["number"], row["round"] or 0, asked_round=action.round, at_most=at_most, sent=sent)
    return bool(row["reason"] == Reason.TOO_LATE and left_behind is None)
