"""The team as its list shows it: who works here, who was invited, who has left."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from access.queries import invited_at_of
from access.team import words_of
from desk.queries import count_managed_accounts
from firms.enums import Role
from firms.models import Staff


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody as the list shows them; `invited_at` is empty for who has joined, `rights` says an employee's in words."""

    staff: Staff
    accounts: int
    rights: str
    invited_at: datetime | None
    oneself: bool


def rows_of(reader: Staff) -> list[Row]:
    """Three queries however many colleagues."""
    people = Staff.objects.filter(firm=reader.firm_id).select_related("user").order_by("name", "pk")
    accounts, invited = count_managed_accounts(reader.firm), invited_at_of(reader.firm)
    return [
        Row(
            staff=each,
            accounts=accounts.get(each.pk, 0),
            rights=said_rights(each),
            invited_at=invited.get(each.user_id) if each.is_pending else None,
            oneself=each.pk == reader.pk,
        )
        for each in people
    ]


def said_rights(staff: Staff) -> str:
    if staff.role != Role.EMPLOYEE:
        return _("All rights")
    return words_of(staff.rights) or _("Only the accounts they manage")
