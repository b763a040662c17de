"""What the resolver must know, read for many actions in a constant number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Exists, OuterRef

from actions.enums import NAMED
from actions.kinds import get_kind
from actions.models import Action, ActionParty
from clients.enums import Preference
from clients.models import AccountAddress, AccountContact
from firms.calendar import A_DAY
from firms.closed_days import calendar_of
from firms.models import Firm
from firms.pausable import Pausable
from notifications.enums import Priority
from notifications.models import Suppression
from notifications.rules import A_WEEK, AddressFacts, Event, Pause, Terms
from notifications.verdicts import Reason

type Told = Mapping[tuple[int, int], datetime]  # by action and address
type Reminded = Mapping[int, tuple[datetime, ...]]  # by address


@dataclass(frozen=True, slots=True)
class Recipient:
    """One address of the account, with what a message to it needs."""

    address_id: int
    contact_id: int
    email: str
    first_name: str
    name: str
    language: str
    zone: ZoneInfo
    notify: bool
    archived: bool
    suppressed: bool
    linked: bool
    in_several_accounts: bool
    wants: dict[str, bool]
    pauses: tuple[Pause, ...] = ()  # of the contact
    account_pauses: tuple[Pause, ...] = ()


@dataclass(slots=True)
class Parties:
    named: set[int] = field(default_factory=set)
    done: set[int] = field(default_factory=set)


def terms_of(firm: Firm) -> Terms:
    return Terms(calendar_of(firm), firm.zone, firm.cap_a_day, firm.cap_a_week, timedelta(days=firm.latest_days))


def pauses_of(paused: Pausable, reason: Reason) -> tuple[Pause, ...]:
    return tuple(Pause(reason, first, until) for first, until in paused.pauses)


def recipients_of(firm: Firm, account_ids: Collection[int]) -> dict[int, list[Recipient]]:
    """Every address that could hear of these accounts, by account, in the order in which they were linked; one query."""
    suppressions = Suppression.objects.filter(firm=firm, address=OuterRef("address"), lifted_at=None)
    elsewhere = AccountContact.objects.filter(firm=firm, contact=OuterRef("address__contact")).exclude(account=OuterRef("account"))
    rows = AccountAddress.objects.filter(firm=firm, account_id__in=account_ids).select_related("address__contact", "account")
    rows = rows.annotate(is_out=Exists(suppressions), stands_elsewhere=Exists(elsewhere)).order_by("account_id", "id")
    found: dict[int, list[Recipient]] = defaultdict(list)
    for row in rows:
        found[row.account_id].append(recipient_of(firm, row, suppressed=row.is_out, in_several_accounts=row.stands_elsewhere))
    return found


def recipient_of(firm: Firm, row: AccountAddress, *, suppressed: bool, in_several_accounts: bool = False) -> Recipient:
    """`in_several_accounts` matters to what a message says (A08), not to whether it goes."""
    contact, account = row.address.contact, row.account
    return Recipient(
        address_id=row.address_id,
        contact_id=contact.pk,
        email=row.address.email,
        first_name=contact.first_name,
        name=contact.name,
        language=contact.language or account.language or firm.language,
        zone=ZoneInfo(contact.time_zone or account.time_zone or firm.time_zone),
        notify=row.notify,
        archived=contact.archived_at is not None,
        suppressed=suppressed,
        linked=row.address.is_linked,
        in_several_accounts=in_several_accounts,
        wants={preference: getattr(row, preference) for preference in Preference.values},
        pauses=pauses_of(contact, Reason.CONTACT_PAUSED),
        account_pauses=pauses_of(account, Reason.ACCOUNT_PAUSED),
    )


def parties_of(firm: Firm, action_ids: Collection[int]) -> dict[int, Parties]:
    """Who is told, and who has done their part, by action. Readers are not told."""
    rows = ActionParty.objects.filter(firm=firm, action_id__in=action_ids, role__in=NAMED)
    return _parties_among(rows.values_list("action_id", "contact_id", "done_at"))


def parties_read(action: Action) -> dict[int, Parties]:
    """As `parties_of`, of an action whose parties are read already."""
    return _parties_among((action.pk, party.contact_id, party.done_at) for party in action.parties.all() if party.role in NAMED)


def _parties_among(rows: Iterable[tuple[int, int, datetime | None]]) -> dict[int, Parties]:
    found: dict[int, Parties] = defaultdict(Parties)
    for action_id, contact_id, done_at in rows:
        found[action_id].named.add(contact_id)
        if done_at is not None:
            found[action_id].done.add(contact_id)
    return found


TOLD = """
    SELECT n.action_id, n.address_id, max(CASE WHEN n.message_id IS NULL THEN n.not_before ELSE coalesce(m.sent_at, n.decided_at) END)
    FROM notifications_notice n LEFT JOIN notifications_message m ON m.firm_id = n.firm_id AND m.id = n.message_id
    WHERE n.firm_id = %(firm)s AND n.action_id = ANY(%(actions)s) AND n.address_id IS NOT NULL AND n.id <> ALL(%(but)s)
      AND n.verdict <> 'skip' AND n.event <> 'act_code' AND (m.outcome IS NULL OR m.outcome NOT IN ('failed', 'cancelled'))
      AND NOT (n.message_id IS NULL AND n.priority = %(reminder)s)
    GROUP BY n.action_id, n.address_id
"""
REMINDED = """
    UNION ALL
    SELECT NULL, n.address_id, coalesce(m.sent_at, m.created_at)
    FROM notifications_message m JOIN notifications_notice n ON n.firm_id = m.firm_id AND n.message_id = m.id
    WHERE n.firm_id = %(firm)s AND n.address_id = ANY(%(addresses)s) AND n.priority = %(reminder)s AND n.id <> ALL(%(but)s)
      AND m.created_at > %(since)s AND m.outcome NOT IN ('failed', 'cancelled')
    GROUP BY n.address_id, m.id
"""


def told_so_far(
    firm: Firm, action_ids: Collection[int], *, capped: Collection[int] = (), now: datetime, but: Iterable[int] = ()
) -> tuple[Told, Reminded]:
    """When each address was last told of each action, or will be, and when the addresses `capped` had e-mails with reminders.

    Leaves out the notices `but`, and reminders that still wait: the one that is being decided takes their place. One query.
    """
    sql = TOLD + REMINDED if capped else TOLD
    values: dict[str, Any] = {
        "firm": firm.pk, "actions": list(action_ids), "addresses": list(capped), "but": list(but), "reminder": Priority.REMINDER,
        "since": now - A_WEEK - A_DAY,
    }  # fmt: skip
    told: dict[tuple[int, int], datetime] = {}
    reminded: dict[int, tuple[datetime, ...]] = {}
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        for action_id, address_id, at in cursor.fetchall():
            if action_id is not None:
                told[action_id, address_id] = at
            else:
                reminded[address_id] = (*reminded.get(address_id, ()), at)
    return told, reminded


def event_of(action: Action, parties: Parties, *, is_reminder: bool, pauses: tuple[Pause, ...] = (), catching_up: bool = False) -> Event:
    """`pauses` are those of firm and account; the action's own come to them."""
    return Event(
        is_reminder=is_reminder,
        action_open=action.is_open or (action.asks_nothing and not is_reminder),
        reminders_on=action.reminders_on,
        named=frozenset(parties.named),
        done=frozenset(parties.done),
        pauses=pauses + pauses_of(action, Reason.ACTION_PAUSED),
        catching_up=catching_up,
    )


def facts_of(
    recipient: Recipient, preference: str, last_told_at: datetime | None = None, reminded: tuple[datetime, ...] = ()
) -> AddressFacts:
    return AddressFacts(
        address_id=recipient.address_id,
        contact_id=recipient.contact_id,
        notify=recipient.notify,
        wants=recipient.wants[preference],
        linked=recipient.linked,
        suppressed=recipient.suppressed,
        archived=recipient.archived,
        zone=recipient.zone,
        last_told_at=last_told_at,
        reminded=reminded,
        pauses=recipient.pauses,
    )


def preference_of(kind: str) -> str:
    return get_kind(kind).preference.value
