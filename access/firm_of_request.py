"""Which firm's rows a request may see."""

from django.http import HttpRequest

from access.links import find_linked_firm_id
from firms.models import User


def firm_of_request(request: HttpRequest) -> int | None:
    """The firm of the e-mailed link on the pages that one opens; elsewhere that of whoever is signed in."""
    linked = find_linked_firm_id(request)
    if linked is not None:
        return linked
    return request.user.firm_id if isinstance(request.user, User) else None
