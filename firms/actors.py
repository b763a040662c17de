"""Who does something: every write asks."""

from dataclasses import dataclass
from typing import Self

from django.http import HttpRequest

from firms.enums import ActorKind
from firms.models import Staff
from lib import network


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, as the activity line will remember it."""

    kind: ActorKind
    name: str
    staff_id: int | None = None
    contact_id: int | None = None
    ip: str | None = None

    @classmethod
    def staff(cls, staff: Staff, request: HttpRequest | None = None) -> Self:
        return cls(ActorKind.STAFF, staff.name, staff_id=staff.pk, ip=address_of(request))

    @classmethod
    def system(cls) -> Self:
        return cls(ActorKind.SYSTEM, "Relance")


def address_of(request: HttpRequest | None) -> str | None:
    """The network address that the request came from."""
    return None if request is None else network.address_of(request)
