"""Of many accounts: whom each request is to, who is told, and which accounts are left out. Preview and worker ask it alike."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from actions.kinds import get_kind
from clients.enums import Relation
from clients.models import Account, AccountContact, Contact
from clients.queries import changeable_accounts
from firms.enums import Right
from firms.models import Staff
from notifications.facts import Recipient, recipients_of
from notifications.queries import who_of
from notifications.verdicts import Verdict
from reminders.asking.registry import get_asking
from reminders.asking.rules import AccountFacts, decide_account
from reminders.asking.usual import language_for
from reminders.enums import LeftOut, PeopleRule


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the accounts are asked alike: the kind, who of each is meant, and whether also where nobody is told."""

    kind: str
    rule: PeopleRule
    asks_unheard: bool = False


@dataclass(frozen=True, slots=True)
class Meant:
    """`people` are named, none for everybody with NOTIFY; the contacts `told` hear of it; `left_out` is why the account is not asked."""

    account: Account
    people: Sequence[Contact]
    language: str
    told: frozenset[int]
    left_out: LeftOut | None


def meant_of(staff: Staff, wanted: Wanted, accounts: Collection[Account], now: datetime) -> list[Meant]:
    """In the order of `accounts`; a constant number of queries."""
    ids = [account.pk for account in accounts]
    allowed, linked, recipients = may_ask(staff, ids), linked_people(staff, ids), recipients_of(staff.firm, ids)
    decider = _Decider(staff, wanted, allowed, now)
    return [decider.decide(account, linked.get(account.pk, []), recipients.get(account.pk, [])) for account in accounts]


@dataclass(frozen=True, slots=True)
class _Decider:
    staff: Staff
    wanted: Wanted
    allowed: Collection[int]
    now: datetime

    def decide(self, account: Account, linked: Sequence[Contact], recipients: Sequence[Recipient]) -> Meant:
        hearing = self._told(recipients, named=())
        needed = get_asking(self.wanted.kind).people_needed
        people = people_for(self.wanted.rule, linked, hearing, people_needed=needed)
        told = self._told(recipients, named=[contact.pk for contact in people]) if people else hearing
        heard = people or [contact for contact in linked if contact.pk in told]
        archived, supplier = account.archived_at is not None, account.relation == Relation.SUPPLIER
        facts = AccountFacts(account.pk in self.allowed, archived, supplier, bool(linked), len(told))
        left_out = decide_account(facts, people_needed=needed, asks_unheard=self.wanted.asks_unheard)
        return Meant(account, people, language_for(account, heard), told, left_out)

    def _told(self, recipients: Sequence[Recipient], named: Collection[int]) -> frozenset[int]:
        """The contacts who hear of it, at once or later."""
        preference = get_kind(self.wanted.kind).preference
        who = who_of(firm=self.staff.firm, recipients=recipients, preference=preference, named=named, now=self.now)
        return frozenset(each.contact_id for each in who if each.decision.verdict != Verdict.SKIP)


def may_ask(staff: Staff, accounts: Collection[int]) -> set[int]:
    """Of these accounts those of which this person may ask something; nobody may who has left the firm."""
    if staff.left_at is not None:
        return set()
    return set(changeable_accounts(staff, Right.MANAGE_ACTIONS).filter(pk__in=accounts).order_by().values_list("pk", flat=True))


def linked_people(staff: Staff, accounts: Collection[int]) -> Mapping[int, list[Contact]]:
    """Whoever is behind each account, in the order in which they were linked."""
    found: dict[int, list[Contact]] = defaultdict(list)
    links = AccountContact.objects.filter(firm=staff.firm_id, account__in=accounts, contact__archived_at=None)
    for link in links.select_related("contact").order_by("pk"):
        found[link.account_id].append(link.contact)
    return found


def people_for(rule: PeopleRule, linked: Sequence[Contact], hearing: Collection[int], *, people_needed: bool) -> Sequence[Contact]:
    """Who is named: nobody where everybody with NOTIFY is meant. Whoever hears of it goes before whoever does not."""
    able = [contact for contact in linked if contact.pk in hearing] or linked
    if rule == PeopleRule.MAIN:
        return able[:1]
    return able if people_needed else []
