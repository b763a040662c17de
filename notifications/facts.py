"""What the resolver must know, read for many actions in a constant number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Case, Exists, F, Max, OuterRef, QuerySet, When
from django.db.models.functions import Coalesce

from actions.enums import NAMED
from actions.kinds import get_kind
from actions.models import Action, ActionParty
from clients.enums import Preference
from clients.models import AccountAddress, AccountContact
from firms.models import Firm
from notifications.enums import Outcome, Verdict
from notifications.models import Notice, Suppression
from notifications.rules import AddressFacts, Event, Hours
from templates_email.enums import EmailEvent


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


@dataclass(slots=True)
class Parties:
    named: set[int] = field(default_factory=set)
    done: set[int] = field(default_factory=set)


def hours_of(firm: Firm) -> Hours:
    return Hours(firm.send_from, firm.send_until, frozenset(firm.send_days), firm.sends_at_any_hour)


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


LAST_TOLD = Max(Case(When(message=None, then=F("not_before")), default=Coalesce("message__sent_at", "decided_at")))


def tellings(notices: QuerySet[Notice]) -> QuerySet[Notice]:
    """Those that told somebody of a request, or will."""
    told = notices.exclude(verdict=Verdict.SKIP).exclude(event=EmailEvent.ACT_CODE)
    return told.exclude(message__outcome__in=[Outcome.FAILED, Outcome.CANCELLED])


def last_told(firm: Firm, action_ids: Collection[int], *, but: Iterable[int] = ()) -> dict[tuple[int, int], datetime]:
    """When each address was last told of each action, or will be: `{(action, address): instant}`, leaving out the notices `but`."""
    notices = Notice.objects.filter(firm=firm, action_id__in=action_ids, address__isnull=False).exclude(pk__in=list(but))
    rows = tellings(notices).values("action_id", "address_id").annotate(told=LAST_TOLD)
    return {(row["action_id"], row["address_id"]): row["told"] for row in rows}


def event_of(action: Action, parties: Parties, *, is_reminder: bool) -> Event:
    return Event(
        is_reminder=is_reminder,
        action_open=action.is_open or (action.asks_nothing and not is_reminder),
        reminders_on=action.reminders_on,
        named=frozenset(parties.named),
        done=frozenset(parties.done),
    )


def facts_of(recipient: Recipient, preference: str, last_told_at: datetime | None) -> AddressFacts:
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
    )


def preference_of(kind: str) -> str:
    return get_kind(kind).preference.value
