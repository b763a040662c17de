"""What the resolver must know, read for many actions in a constant number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db import connection

from actions.enums import NAMED
from actions.kinds import get_kind
from actions.models import Action
from clients.enums import Preference
from clients.models import AccountAddress
from firms.calendar import A_DAY
from firms.closed_days import calendar_of
from firms.models import Firm
from firms.pausable import Pausable
from notifications.enums import Priority
from notifications.rules import A_WEEK, AddressFacts, Event, Pause, Terms, Told
from notifications.verdicts import Reason

type Reminded = Mapping[int, tuple[datetime, ...]]  # by address


class Recipient(NamedTuple):
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
    return Terms(calendar_of(firm), firm.zone, firm.cap_a_day, firm.cap_a_week, timedelta(days=firm.latest_days), firm.mail_unknown_until)


def pauses_of(paused: Pausable, reason: Reason) -> tuple[Pause, ...]:
    return tuple(Pause(reason, first, until) for first, until in paused.pauses)


RECIPIENTS = """
    SELECT u.account_id, u.id AS use_id, u.address_id, c.id, m.email, c.first_name, c.last_name, c.language, a.language,
           c.time_zone, a.time_zone, u.notify, c.archived_at IS NOT NULL, m.unlinked_at IS NULL AND m.removed_at IS NULL,
           EXISTS (SELECT FROM notifications_suppression s
                   WHERE s.firm_id = u.firm_id AND s.address_id = u.address_id AND s.lifted_at IS NULL),
           EXISTS (SELECT FROM clients_accountcontact l
                   WHERE l.firm_id = u.firm_id AND l.contact_id = m.contact_id AND l.account_id <> u.account_id),
           c.paused_from, c.paused_until, a.paused_from, a.paused_until, {preferences}
    FROM clients_accountaddress u
    JOIN clients_address m ON m.firm_id = u.firm_id AND m.id = u.address_id
    JOIN clients_contact c ON c.firm_id = m.firm_id AND c.id = m.contact_id
    JOIN clients_account a ON a.firm_id = u.firm_id AND a.id = u.account_id
    WHERE u.firm_id = %(firm)s AND u.account_id = ANY(%(accounts)s)
""".format(preferences=", ".join(f"u.{preference}" for preference in Preference.values))


class RecipientRow(NamedTuple):
    """What is read of an address, as the columns of `RECIPIENTS` after account and use; then its preferences."""

    address_id: int
    contact_id: int
    email: str
    first_name: str
    last_name: str
    language: str
    account_language: str
    time_zone: str
    account_time_zone: str
    notify: bool
    archived: bool
    linked: bool
    suppressed: bool
    in_several_accounts: bool
    paused_from: date | None
    paused_until: date | None
    account_paused_from: date | None
    account_paused_until: date | None


READ = len(RecipientRow._fields)
PREFERENCES = Preference.values
AS_LINKED = " ORDER BY account_id, use_id"


def recipients_of(firm: Firm, account_ids: Collection[int]) -> dict[int, list[Recipient]]:
    """Every address that could hear of these accounts, by account, in the order in which they were linked; one query."""
    found: dict[int, list[Recipient]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(RECIPIENTS + AS_LINKED, {"firm": firm.pk, "accounts": list(account_ids)})
        for account_id, _, *cells in cursor.fetchall():
            found[account_id].append(_read(firm, cells))
    return found


def _read(firm: Firm, cells: Sequence[Any]) -> Recipient:
    return _recipient(firm, RecipientRow(*cells[:READ]), cells[READ:])


def recipient_of(firm: Firm, row: AccountAddress, *, suppressed: bool) -> Recipient:
    """Of an address that is read already; whether its contact stands in several accounts matters to what a message says alone (A08)."""
    address, contact, account = row.address, row.address.contact, row.account
    known = RecipientRow(
        address.pk, contact.pk, address.email, contact.first_name, contact.last_name, contact.language, account.language,
        contact.time_zone, account.time_zone, row.notify, contact.archived_at is not None, address.is_linked, suppressed, False,
        contact.paused_from, contact.paused_until, account.paused_from, account.paused_until,
    )  # fmt: skip
    return _recipient(firm, known, [getattr(row, preference) for preference in PREFERENCES])


def _recipient(firm: Firm, row: RecipientRow, wants: Sequence[bool]) -> Recipient:
    return Recipient(
        address_id=row.address_id,
        contact_id=row.contact_id,
        email=row.email,
        first_name=row.first_name,
        name=f"{row.first_name} {row.last_name}".strip(),
        language=row.language or row.account_language or firm.language,
        zone=ZoneInfo(row.time_zone or row.account_time_zone or firm.time_zone),
        notify=row.notify,
        archived=row.archived,
        suppressed=row.suppressed,
        linked=row.linked,
        in_several_accounts=row.in_several_accounts,
        wants=dict(zip(PREFERENCES, wants, strict=True)),
        pauses=_pauses(Reason.CONTACT_PAUSED, row.paused_from, row.paused_until),
        account_pauses=_pauses(Reason.ACCOUNT_PAUSED, row.account_paused_from, row.account_paused_until),
    )


def _pauses(reason: Reason, first: date | None, until: date | None) -> tuple[Pause, ...]:
    return (Pause(reason, first, until),) if first and until else ()


PARTIES = """
    SELECT action_id, contact_id, done_at FROM actions_actionparty WHERE firm_id = %s AND action_id = ANY(%s) AND role = ANY(%s)
"""


def parties_of(firm: Firm, action_ids: Collection[int]) -> dict[int, Parties]:
    """Who is told, and who has done their part, by action. Readers are not told."""
    with connection.cursor() as cursor:
        cursor.execute(PARTIES, [firm.pk, list(action_ids), list(NAMED)])
        return _parties_among(cursor.fetchall())


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
    SELECT n.action_id, n.address_id, max(CASE WHEN n.message_id IS NULL THEN n.not_before
                                               WHEN m.outcome = 'sending' THEN %(now)s ELSE coalesce(m.sent_at, m.created_at) END) AS at
    FROM notifications_notice n LEFT JOIN notifications_message m ON m.firm_id = n.firm_id AND m.id = n.message_id
    WHERE n.firm_id = %(firm)s AND n.action_id = ANY(%(actions)s) AND n.address_id IS NOT NULL AND n.id <> ALL(%(but)s)
      AND n.verdict <> 'skip' AND n.event <> 'act_code' AND (m.outcome IS NULL OR m.outcome NOT IN ('failed', 'cancelled'))
      AND NOT (n.message_id IS NULL AND n.priority = %(reminder)s)
    GROUP BY n.action_id, n.address_id
"""
REMINDED = """
    UNION ALL
    SELECT NULL, n.address_id, CASE m.outcome WHEN 'sending' THEN %(now)s ELSE coalesce(m.sent_at, m.created_at) END
    FROM notifications_message m JOIN notifications_notice n ON n.firm_id = m.firm_id AND n.message_id = m.id
    WHERE n.firm_id = %(firm)s AND n.priority = %(reminder)s AND n.id <> ALL(%(but)s)
      AND n.address_id = ANY(ARRAY(SELECT u.address_id FROM clients_accountaddress u
                                   WHERE u.firm_id = %(firm)s AND u.account_id = ANY(%(accounts)s) AND u.notify))
      AND (coalesce(m.sent_at, m.created_at) > %(since)s OR m.outcome = 'sending') AND m.outcome NOT IN ('failed', 'cancelled')
    GROUP BY n.address_id, m.id
"""
TOGETHER = """
    SELECT NULL::bigint AS action_id, NULL::timestamptz AS at, r.* FROM ({recipients}) r
    UNION ALL
    SELECT t.action_id, t.at, NULL, NULL, t.address_id{nothing} FROM ({told}) t
"""
NOTHING = ", NULL" * (READ - 1 + len(PREFERENCES))  # what was told has no more than its address


def told_so_far(firm: Firm, action_ids: Collection[int], *, now: datetime) -> Told:
    """When each address was last told of each action, or will be, but for reminders that still wait; one query."""
    values: dict[str, Any] = {"firm": firm.pk, "actions": list(action_ids), "but": [], "reminder": Priority.REMINDER, "now": now}
    with connection.cursor() as cursor:
        cursor.execute(TOLD, values)
        return {(action_id, address_id): at for action_id, address_id, at in cursor.fetchall()}


def recipients_and_told(
    firm: Firm, actions: Collection[Action], *, capped: bool, now: datetime, but: Iterable[int] = ()
) -> tuple[dict[int, list[Recipient]], Told, Reminded]:
    """As `recipients_of` their accounts; when each address was last told of each action, or will be; e-mails with reminders to each.

    The last where there are caps alone. Leaves out the notices `but`, and reminders that still wait: the one that is being decided takes
    their place. One query.
    """
    values: dict[str, Any] = {
        "firm": firm.pk, "accounts": list({action.account_id for action in actions}), "actions": [action.pk for action in actions],
        "but": list(but), "reminder": Priority.REMINDER, "since": now - A_WEEK - A_DAY,
        "now": now,  # what somebody has in hand goes now, though it was claimed before an outage
    }  # fmt: skip
    found: dict[int, list[Recipient]] = defaultdict(list)
    told: dict[tuple[int, int], datetime] = {}
    reminded: dict[int, tuple[datetime, ...]] = {}
    sql = TOGETHER.format(recipients=RECIPIENTS, told=TOLD + REMINDED if capped else TOLD, nothing=NOTHING)
    with connection.cursor() as cursor:
        cursor.execute(sql + AS_LINKED, values)
        for action_id, at, account_id, _, *cells in cursor.fetchall():
            if account_id is not None:
                found[account_id].append(_read(firm, cells))
            elif action_id is not None:
                told[action_id, cells[0]] = at
            else:
                reminded[cells[0]] = (*reminded.get(cells[0], ()), at)
    return found, told, reminded


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
