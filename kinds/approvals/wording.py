"""What requesting approval once more says, and to whom: the dialog's parts, and the message that each account gets."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language

from actions.models import Action
from clients.models import Account
from firms.models import Firm, Staff
from kinds.approvals.asking import APPROVALS
from kinds.approvals.queries import names_of_documents
from notifications.queries import WhoGets
from notifications.resolver import Resolved, resolve
from notifications.verdicts import Verdict
from reminders.asking.many import linked_people
from reminders.asking.usual import default_message, language_for
from reminders.page import Row, count_people, rows


@dataclass(frozen=True, slots=True)
class OfAccount:
    """What one account is reminded of: `rows` says of each address whether it gets the e-mail, `documents` what stands in it."""

    account: Account
    titles: Sequence[str]
    documents: int
    rows: Sequence[Row]

    @property
    def names(self) -> str:
        return ", ".join(dict.fromkeys(row.name for row in self.rows if row.gets_it))


def by_account(firm: Firm, actions: Sequence[Action], now: datetime) -> list[OfAccount]:
    """In the order of `actions`; a constant number of queries. The very resolver of the outbox is asked (X22)."""
    told: dict[int, list[Resolved]] = defaultdict(list)
    for resolved in resolve(firm, actions, is_reminder=False, now=now):
        told[resolved.action.account_id].append(resolved)
    documents, accounts = names_of_documents(actions), {action.account_id: action.account for action in actions}
    asked: dict[int, list[Action]] = defaultdict(list)
    for action in actions:
        asked[action.account_id].append(action)
    return [
        OfAccount(
            account=account,
            titles=[action.title for action in asked[pk]],
            documents=sum(len(documents[action.pk]) for action in asked[pk]),
            rows=rows(best_for_each_address(told[pk])),
        )
        for pk, account in accounts.items()
    ]


def best_for_each_address(resolved: Collection[Resolved]) -> list[WhoGets]:
    """An address gets the e-mail as soon as one of its requests may be told to it."""
    order = (Verdict.SEND, Verdict.HOLD, Verdict.SKIP)
    best: dict[int, Resolved] = {}
    for each in sorted(resolved, key=lambda each: order.index(each.decision.verdict)):
        best.setdefault(each.recipient.address_id, each)
    return [WhoGets(each.recipient.email, each.recipient.name, each.recipient.contact_id, each.decision) for each in best.values()]


def count_told(accounts: Collection[OfAccount]) -> int:
    """How many e-mails go out: one for each person and account."""
    return sum(count_people(each.rows) for each in accounts)


def proposed_message(staff: Staff, actions: Sequence[Action]) -> str:
    """What stands in the dialog: the message that they all have, else the usual one, in the language of one account or of the reader."""
    own = {action.message for action in actions}
    if len(own) == 1 and own != {""}:
        return own.pop()
    languages = set(languages_of(staff, actions).values())
    return default_message(APPROVALS, languages.pop() if len(languages) == 1 else get_language() or "")


def languages_of(staff: Staff, actions: Collection[Action]) -> Mapping[int, str]:
    """Account id -> the language of its first person."""
    accounts = {action.account_id: action.account for action in actions}
    people = linked_people(staff, list(accounts))
    return {pk: language_for(account, people.get(pk, [])[:1]) for pk, account in accounts.items()}


def by_message(staff: Staff, actions: Sequence[Action], typed: str) -> Mapping[str, Sequence[Action]]:
    """What was typed is what the clients get. The proposed text, left alone, goes out in the language of each account (D33)."""
    own = {action.message for action in actions}
    if typed != proposed_message(staff, actions) or own == {typed}:
        return {typed: list(actions)}
    grouped: dict[str, list[Action]] = defaultdict(list)
    languages = languages_of(staff, actions)
    for action in actions:
        grouped[default_message(APPROVALS, languages[action.account_id])].append(action)
    return grouped
