"""As whom the portal of an account can be looked at."""

from collections.abc import Iterable

from django import template

from clients.models import Address, Contact
from desk.account_contacts import AddressRow, PersonRow
from notifications.enums import SuppressionReason

register = template.Library()


@register.filter
def shows_a_portal(row: AddressRow) -> bool:
    """Whether somebody who signs in with the address finds one: LOGIN is on, and staff have not shut them out."""
    return row.portal is not None and row.suppressed != SuppressionReason.BY_STAFF


@register.filter
def previews(people: Iterable[PersonRow]) -> list[tuple[Contact, Address]]:
    """Everybody as whom it can be looked at, each with their address."""
    return [(person.person.contact, row.use.address) for person in people for row in person.rows if shows_a_portal(row)]
