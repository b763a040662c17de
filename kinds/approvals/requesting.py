"""Requesting approval once more, of one or of many (D08, D32, D33, M17): which are meant, with what words, and who gets it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import get_language

from actions.enums import ActionState
from actions.models import Action
from actions.queries import actions_matching
from clients.models import Account
from clients.queries import changeable_accounts
from firms.actors import Actor
from firms.enums import Right
from firms.models import Firm, Staff
from kinds.approvals.asking import APPROVALS
from kinds.approvals.queries import names_of_documents, visible_approvals
from lib.codes import is_code
from notifications.enums import Verdict
from notifications.queries import WhoGets
from notifications.resolver import Resolved, resolve
from reminders.asking.many import linked_people
from reminders.asking.usual import default_message, language_for
from reminders.page import Row, count_people, rows
from reminders.services import resend_many
from ui.filters import search_of

MOST = 500  # requests at once
ONE, TICKED, ALL = "only", "row", "all"  # in the form: the code of one, the codes of those ticked, or all that are pending


def pending_to_request(staff: Staff, *, account: str = "", text: str = "") -> QuerySet[Action]:
    """Open requests on which this person may act: of the firm or of the account with that code, those that answer to a search."""
    accounts = changeable_accounts(staff, Right.MANAGE_ACTIONS)
    pending = visible_approvals(staff).filter(state=ActionState.OPEN, account__in=accounts.filter(code=account) if account else accounts)
    return actions_matching(pending, staff, text)


@dataclass(frozen=True, slots=True)
class Meant:
    """The requests that a form means; `too_many` of them, and none is taken. `account` is the code of the one whose page it is, if any."""

    actions: Sequence[Action]
    account: str
    too_many: bool = False


def meant_by(staff: Staff, form: QueryDict) -> Meant:
    """What was closed meanwhile, or is out of sight, is passed over."""
    account = form.get("account", "")
    account = account if is_code(account) else ""
    pending = pending_to_request(staff, account=account, text=search_of(form) if ALL in form else "")
    if ALL not in form:
        codes = form.getlist(ONE) or form.getlist(TICKED)
        pending = pending.filter(code__in=[code for code in codes[: MOST + 1] if is_code(code)])
    found = list(pending.select_related("account__firm").order_by("account__name_key", "account_id", "opened_at", "pk")[: MOST + 1])
    return Meant([], account, too_many=True) if len(found) > MOST else Meant(found, account)


# --- Who gets it, and what --------------------------------------------------------------------------------------------


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
    return {pk: language_for(account, people.get(pk, [])) for pk, account in accounts.items()}


@transaction.atomic
def request_again(*, staff: Staff, actions: Sequence[Action], typed: str, by: Actor, now: datetime) -> int:
    """One e-mail for each person and account that lists them all (M17); how many addresses that will be.

    What was typed is what the clients get. The proposed text, left alone, goes out in the language of each account (D33).
    """
    told = 0
    for message, alike in _by_message(staff, actions, typed).items():
        told += resend_many(actions=alike, message=message, by=by, now=now)
    return told


def _by_message(staff: Staff, actions: Sequence[Action], typed: str) -> dict[str, list[Action]]:
    own = {action.message for action in actions}
    if typed != proposed_message(staff, actions) or own == {typed}:
        return {typed: list(actions)}
    grouped: dict[str, list[Action]] = defaultdict(list)
    languages = languages_of(staff, actions)
    for action in actions:
        grouped[default_message(APPROVALS, languages[action.account_id])].append(action)
    return grouped
