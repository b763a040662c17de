"""What one row of a client list says, typed: pure."""

from dataclasses import dataclass, field, replace
from datetime import date

from clients.enums import AccountKind, Relation
from clients.importing.custom import Custom, CustomText, Target
from clients.importing.enums import Field, Severity
from clients.importing.headings import fold
from clients.importing.problems import Problem

SWITCHES = (Field.LOGIN, Field.NOTIFY, Field.EMAIL_SYNC)


@dataclass(frozen=True, slots=True)
class StaffMember:
    id: int
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class ClientRow:
    """What a row says. Empty text and None: the row says nothing about it."""

    number: int
    reference: str = ""
    account: str = ""
    kind: AccountKind | None = None
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    other_emails: tuple[str, ...] = ()
    phone: str = ""
    language: str = ""
    login: bool | None = None
    notify: bool | None = None
    email_sync: bool | None = None
    manager: StaffMember | None = None
    group: str = ""
    tags: tuple[str, ...] = ()
    client_since: date | None = None
    relation: Relation | None = None
    custom: tuple[tuple[Custom, CustomText], ...] = ()  # but e-mails
    custom_emails: tuple[tuple[Custom, str], ...] = ()  # they stand among the other e-mails too
    columns: dict[Target, int] = field(default_factory=dict)  # where each field stands, for naming problems
    problems: tuple[Problem, ...] = ()

    @property
    def is_refused(self) -> bool:
        return any(found.severity is Severity.ERROR for found in self.problems)

    @property
    def person_key(self) -> tuple[str, str]:
        return fold(self.first_name), fold(self.last_name)

    @property
    def person(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def has_person(self) -> bool:
        return bool(self.first_name or self.last_name or self.email or self.other_emails)

    def with_problems(self, *found: Problem) -> "ClientRow":
        return replace(self, problems=(*self.problems, *found))
