"""The activity lines of an import: what each row made and changed, as if somebody had done it by hand."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from clients.importing.client_row import SWITCHES
from clients.importing.custom import kind_and_name
from clients.importing.drafts import AccountDraft, AddressDraft
from clients.importing.enums import Field
from clients.importing.sentences import change_label, custom_in_words, in_words
from clients.importing.steps import BROUGHT_BACK, Change, Step, as_words
from firms.actors import Actor
from firms.enums import Verb
from firms.models import ActivityLine, Firm
from firms.services import activity_line

OF_CONTACT = frozenset({Field.FIRST_NAME, Field.LAST_NAME, Field.PHONE, Field.LANGUAGE})


def lines_of(steps: Iterable[Step], *, firm: Firm, by: Actor, now: datetime) -> Iterator[ActivityLine]:
    for step in steps:
        for verb, subject, detail, old, new in _acts(step):
            account_id = step.account.id if step.account else None
            yield activity_line(
                firm=firm, by=by, verb=verb, now=now, account_id=account_id, subject=subject, detail=detail, old=old, new=new
            )


def _acts(step: Step) -> Iterator[tuple[Verb, str, str, str, str]]:
    for draft in step.made:
        if isinstance(draft, AccountDraft):
            yield Verb.ACCOUNT_CREATED, draft.name, "", "", ""
    for account, contact in step.linked:
        yield Verb.CONTACT_LINKED, contact.name, account.name, "", ""
    told: set[str] = set()
    for draft in step.made:
        if isinstance(draft, AddressDraft):
            told.add(draft.email)
            yield Verb.ADDRESS_ADDED, draft.contact.name, draft.email, "", ", ".join(_switched_on(step, draft.email))
    for change in step.changes:
        if act := _act_of(change, told):
            yield act


def _switched_on(step: Step, email: str) -> list[str]:
    return [change_label(change.what) for change in step.changes if change.whose == email and change.what in SWITCHES]


def _act_of(change: Change, told: set[str]) -> tuple[Verb, str, str, str, str] | None:
    """None for what has a line already; the switches of a new address stand in the line about it."""
    if custom := kind_and_name(change.what):
        old, new = custom_in_words(custom[0], change.old), custom_in_words(custom[0], change.new)
        return Verb.CONTACT_CHANGED, change.whose, custom[1], old, new
    if change.what == BROUGHT_BACK:
        return Verb.ADDRESS_ADDED, change.whose, change.new, "", ""
    if change.what not in Field or (change.what in SWITCHES and change.whose in told):
        return None
    field = Field(change.what)
    label, old, new = change_label(change.what), in_words(field, change.old), in_words(field, change.new)
    if field in SWITCHES:
        return (Verb.SWITCHED_ON if change.new == as_words(True) else Verb.SWITCHED_OFF), change.whose, label, "", ""
    verb = Verb.CONTACT_CHANGED if field in OF_CONTACT else Verb.ACCOUNT_CHANGED
    return verb, change.whose, label, old, new
