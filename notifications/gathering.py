"""What comes within a few minutes is told in one e-mail: the first opens a window, what follows joins whoever still waits.

A notice that waits is held (`GATHERING`) until the window closes; whoever is not told has a row that says why. One that a dispatcher
has claimed takes no more rows: what comes then opens another window. All of it inside the caller's transaction.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from actions.kinds import Row
from actions.models import Action
from clients.locks import locked_account
from clients.models import Account
from firms.models import Firm
from lib.codes import digest
from notifications.account_events import get_account_event
from notifications.facts import Recipient
from notifications.models import READY, Notice
from notifications.notices import values_for
from notifications.resolver import Resolved, resolve, resolve_account
from notifications.rules import Decision
from notifications.secrets import item_token
from notifications.verdicts import Reason, Verdict

WINDOW = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Stream:
    """What is gathered together. `name` begins the keys of its notices, for example chat:<thread>."""

    firm: Firm
    name: str
    event: str
    account: Account
    action: Action | None = None
    linked: bool = True  # whether its button is a link of the reader's own


@dataclass(frozen=True, slots=True)
class Hearer:
    """An address, what was decided for it, and what its e-mail is filled with besides the rows."""

    recipient: Recipient
    decision: Decision
    values: dict[str, Any]

    @property
    def hears(self) -> bool:
        return self.decision.verdict != Verdict.SKIP


def gather_about(*, action: Action, event: str, stream: str, rows: Sequence[Row], now: datetime) -> list[Resolved]:
    """Tells of `rows` about a request; what was decided for each address. The action is locked: two who write at once take turns."""
    firm = action.firm
    list(Action.objects.select_for_update(no_key=True).filter(firm=firm, pk=action.pk).values_list("pk"))
    resolved = list(resolve(firm, [action], is_reminder=False, now=now))
    hearers = [Hearer(r.recipient, r.decision, values_for(r)) for r in resolved]
    until = _gather(Stream(firm, stream, event, action.account, action), hearers, rows, now)
    return [r._replace(decision=_held(r.decision, until)) for r in resolved]


def gather_late(*, action: Action, event: str, stream: str, rows: Sequence[Row], told: Collection[int], now: datetime) -> list[Resolved]:
    """Tells of `rows` whoever hears of a request only now; the addresses `told` know of them. What still waits for others goes along.

    The action is locked, as in `gather_about`.
    """
    about = Stream(action.firm, stream, event, action.account, action)
    resolved = list(resolve(action.firm, [action], is_reminder=False, now=now))
    waiting = _waiting(about)
    late = [r for r in resolved if r.recipient.address_id not in told and r.recipient.address_id not in waiting]
    first = next(iter(waiting.values()), None)
    until = (first.not_before if first else None) or now + WINDOW
    hearers = [Hearer(r.recipient, r.decision, values_for(r)) for r in late]
    Notice.objects.bulk_create(_opened(about, hearers, {}, first.values["rows"] if first else rows, now, until), ignore_conflicts=True)
    return [r._replace(decision=_held(r.decision, until)) if r in late else r for r in resolved]


def take_gathered(*, actions: Collection[Action], now: datetime) -> dict[tuple[int, int], list[Row]]:
    """Takes back what of locked requests still waits, for it goes in another e-mail now: its rows by (action, address)."""
    firms, ids = {action.firm_id for action in actions}, [action.pk for action in actions]
    waiting = Notice.objects.filter(READY, firm__in=firms, action__in=ids, reason=Reason.GATHERING)
    taken = list(waiting.select_for_update(of=("self",)).order_by("pk"))
    for notice in taken:
        notice.verdict, notice.reason, notice.not_before, notice.decided_at = Verdict.SKIP, Reason.OUT_OF_DATE, None, now
    Notice.objects.bulk_update(taken, ["verdict", "reason", "not_before", "decided_at"])
    return {(notice.action_id or 0, notice.address_id or 0): notice.values["rows"] for notice in taken}


def gather_for(*, account: Account, event: str, rows: Sequence[Row], now: datetime) -> list[tuple[Recipient, Decision]]:
    """Tells of `rows` about the account alone, under the preference that `event` is registered with. The account is locked.

    A row may bring a `ref`, by which `forgetting.forget_rows` finds it.
    """
    account = locked_account(account)
    about = get_account_event(event)
    decided = list(resolve_account(account.firm, account.pk, about.preference, now))
    hearers = [Hearer(recipient, decision, _values(account, recipient, now)) for recipient, decision in decided]
    until = _gather(Stream(account.firm, f"{event}:{account.pk}", event, account, linked=about.code is not None), hearers, rows, now)
    return [(recipient, _held(decision, until)) for recipient, decision in decided]


def _gather(stream: Stream, hearers: Sequence[Hearer], rows: Sequence[Row], now: datetime) -> datetime:
    """Until when it waits."""
    waiting = _waiting(stream)
    until = next((notice.not_before for notice in waiting.values() if notice.not_before), now + WINDOW)
    for hearer in hearers:
        if notice := waiting.get(hearer.recipient.address_id):
            notice.values = {**hearer.values, "rows": [*notice.values["rows"], *map(dict, rows)]}
    Notice.objects.bulk_update(waiting.values(), ["values"])
    others = [hearer for hearer in hearers if hearer.recipient.address_id not in waiting]
    Notice.objects.bulk_create(_opened(stream, others, waiting, rows, now, until), ignore_conflicts=True)
    return until


def _waiting(stream: Stream) -> dict[int, Notice]:
    """The notices that take more rows, by address; no dispatcher claims them meanwhile, and one just claimed is not among them."""
    found = Notice.objects.filter(READY, firm=stream.firm, account=stream.account, event=stream.event, reason=Reason.GATHERING)
    if stream.action:
        found = found.filter(action=stream.action)
    return {notice.address_id or 0: notice for notice in found.select_for_update(of=("self",)).order_by("pk")}


def _opened(
    stream: Stream, others: Sequence[Hearer], waiting: Mapping[int, Notice], rows: Sequence[Row], now: datetime, until: datetime
) -> Iterator[Notice]:
    """Notices for whoever is not waiting: who is told now, though not before, and who is not, once a window."""
    own = _free_second(stream, others, now)
    running = next((notice.key.rsplit(":", 2)[1] for notice in waiting.values()), str(own))
    for hearer in others:
        recipient, decision = hearer.recipient, _held(hearer.decision, until)
        key = f"{stream.name}:{own if hearer.hears else running}:{recipient.address_id}"
        yield Notice(
            firm=stream.firm, event=stream.event, key=key, action=stream.action, account=stream.account, contact_id=recipient.contact_id,
            address_id=recipient.address_id, email=recipient.email, verdict=decision.verdict, reason=decision.reason, decided_at=now,
            not_before=decision.until, values={**hearer.values, "rows": [*map(dict, rows)]},
            link_digest=digest(item_token(stream.firm.pk, key)) if stream.linked and hearer.hears else None,
        )  # fmt: skip


def _free_second(stream: Stream, others: Sequence[Hearer], now: datetime) -> int:
    """The first from `now` on that names no notice of these addresses yet: a key that stands would be left as it is."""
    second = int(now.timestamp())
    while _stands(stream, [f"{stream.name}:{second}:{hearer.recipient.address_id}" for hearer in others if hearer.hears]):
        second += 1
    return second


def _stands(stream: Stream, keys: Sequence[str]) -> bool:
    return bool(keys) and Notice.objects.filter(firm=stream.firm, key__in=keys).exists()


def _held(decision: Decision, until: datetime) -> Decision:
    return decision if decision.verdict == Verdict.SKIP else Decision(Verdict.HOLD, Reason.GATHERING, until)


def _values(account: Account, recipient: Recipient, now: datetime) -> dict[str, Any]:
    return {
        "account": account.name if recipient.in_several_accounts else "",  # A08
        "asked_on": now.isoformat(),
        "first_name": recipient.first_name,
        "language": recipient.language,
        "zone": recipient.zone.key,
    }
