"""Writes a new firm: it stands with its owner, who is invited to choose a password."""

from datetime import datetime

from django.db import transaction

from access.invitations import invite_staff
from firms.actors import Actor
from firms.models import Firm
from firms.queries import owners_of
from firms.services import create_firm
from tenancy.context import firm_context


@transaction.atomic
def open_firm(*, name: str, owner_name: str, owner_email: str, now: datetime, **settings: object) -> Firm:
    """The firm with an invitation to its owner, or neither. Raises `LoginInUse`."""
    firm = create_firm(name=name, owner_name=owner_name, owner_email=owner_email, owner_password=None, now=now, **settings)
    with firm_context(firm.pk):
        (owner,) = owners_of(firm)
        invite_staff(firm=firm, staff=owner, by=Actor.system(), now=now)
    return firm
