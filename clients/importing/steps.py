"""What one row does, and how its values are decided: pure. The first row that speaks about a field decides it."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from clients.importing.client_row import ClientRow, StaffMember
from clients.importing.custom import Custom, CustomText, Target
from clients.importing.drafts import AccountDraft, AddressDraft, Changeable, ContactDraft, UseDraft, Value
from clients.importing.enums import Field, ProblemCode, Severity, Verdict
from clients.importing.headings import fold
from clients.importing.problems import Problem, problem

ATTRIBUTES = {
    Field.REFERENCE: "reference",
    Field.ACCOUNT: "name",
    Field.KIND: "kind",
    Field.RELATION: "relation",
    Field.MANAGER: "manager",
    Field.GROUP: "group",
    Field.CLIENT_SINCE: "client_since",
    Field.FIRST_NAME: "first_name",
    Field.LAST_NAME: "last_name",
    Field.PHONE: "phone",
    Field.LANGUAGE: "language",
    Field.LOGIN: "login",
    Field.NOTIFY: "notify",
    Field.EMAIL_SYNC: "email_sync",
}
NEW_ACCOUNT, NEW_CONTACT, LINKED, NEW_ADDRESS, BROUGHT_BACK = "new_account", "new_contact", "linked", "new_address", "brought_back"


@dataclass(frozen=True, slots=True)
class Change:
    """`what` is a field, the word of a custom one, or one of the five words above; `whose` names account, person or address."""

    what: str
    whose: str
    old: str = ""
    new: str = ""


@dataclass(slots=True)
class Step:
    """What one row does."""

    row: ClientRow
    problems: list[Problem]
    changes: list[Change] = field(default_factory=list)
    account: AccountDraft | None = None
    contact: ContactDraft | None = None
    made: list[AccountDraft | ContactDraft | AddressDraft] = field(default_factory=list)
    linked: list[tuple[AccountDraft, ContactDraft]] = field(default_factory=list)
    changed: dict[Changeable, set[Target]] = field(default_factory=dict)
    tagged: list[tuple[AccountDraft, str]] = field(default_factory=list)
    brought_back: list[AddressDraft] = field(default_factory=list)  # had been replaced, and are their contact's again
    filled: list[AddressDraft] = field(default_factory=list)  # stand in another custom field than before, or in none any more

    @property
    def verdict(self) -> Verdict:
        """New is a row that makes an account or a person; a link or an address for somebody known changes them."""
        if any(found.severity is Severity.ERROR for found in self.problems):
            return Verdict.REFUSED
        if any(isinstance(each, AccountDraft | ContactDraft) for each in self.made):
            return Verdict.NEW
        return Verdict.CHANGED if self.made or self.linked or self.changes else Verdict.SAME

    def brings(self, use: UseDraft) -> bool:
        """True when the address is new in the account: then there was no switch before."""
        return use.address in self.made or (use.account, use.address.contact) in self.linked


def decide(step: Step, draft: Changeable, what: Field, value: Value) -> None:
    """The first row that says something about a field decides it; a later one that says otherwise is named."""
    if value is None or value == "":
        return
    attribute = ATTRIBUTES[what]
    old: Value = getattr(draft, attribute)
    if what in draft.decided:
        if not agree(what, old, value):
            step.problems.append(contradiction(step, what, as_words(value), draft.decided[what], as_words(old)))
        return
    draft.decided[what] = step.row.number
    if old == value:
        return
    setattr(draft, attribute, value)
    step.changed.setdefault(draft, set()).add(what)
    if isinstance(draft, UseDraft):
        before = "" if step.brings(draft) else as_words(old)
        step.changes.append(Change(what, draft.address.email, before, as_words(value)))
    elif draft not in step.made:
        step.changes.append(Change(what, draft.name, as_words(old), as_words(value)))


def decide_custom(step: Step, contact: ContactDraft, custom: Custom, value: CustomText) -> None:
    """As `decide`, for what a contact has in a custom field."""
    old = contact.custom.get(custom.id)
    if custom in contact.decided:
        if old != value:
            step.problems.append(contradiction(step, custom, as_words(value), contact.decided[custom], as_words(old)))
        return
    contact.decided[custom] = step.row.number
    if old == value:
        return
    contact.custom[custom.id] = value
    step.changed.setdefault(contact, set()).add(custom)
    if contact not in step.made:
        step.changes.append(Change(custom.word, contact.name, as_words(old), as_words(value)))


def contradiction(step: Step, what: Target, value: str, earlier: int, kept: str) -> Problem:
    field = what.word if isinstance(what, Custom) else what.value
    return problem(ProblemCode.DIFFERS, step.row.columns.get(what), value, row=earlier, kept=kept, field=field)


def agree(what: Field, old: Value, new: Value) -> bool:
    if what is Field.PHONE:
        return [c for c in str(old) if c.isdigit()] == [c for c in str(new) if c.isdigit()]
    if isinstance(old, str) and isinstance(new, str):
        return old == new or (fold(old) == fold(new) != "")
    return old == new


def as_words(value: Value | CustomText) -> str:
    """As it is stored with the import; `sentences.py` puts kinds and switches into the reader's language."""
    match value:
        case None:
            return ""
        case bool():
            return "on" if value else "off"
        case date():
            return value.isoformat()
        case Decimal():
            return format(value.normalize(), "f")
        case StaffMember():
            return value.name
        case _:
            return str(value)
