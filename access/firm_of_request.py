"""Which firm's rows a request may see."""

import re

from django.http import HttpRequest

from access.invitations import find_invitation_firm_id
from access.links import find_linked_firm_id
from access.preview import is_previewed
from firms.models import User
from firms.queries import find_firm_id_by_code

FIRMS_OWN_PAGE = re.compile(r"/(?:activate|c|logo|p)/([0-9A-Z]{4,16})/")  # a firm's sign-in, its logo, its clients' access and preferences
INVITATION_PAGE = re.compile(r"/invitation/([^/]*)/?")
NO_FIRM_PAGES = ("/password/reset/", "/sign-up/", "/hooks/")  # whoever has forgotten a password or signs a firm up; what providers call


def firm_of_request(request: HttpRequest) -> int | None:
    """The firm of the e-mailed link, or of the page itself, on the pages that are a firm's; elsewhere that of whoever is signed in."""
    # Asked before any firm is entered: inside one, another firm's users are invisible.
    own_firm_id = request.user.firm_id if isinstance(request.user, User) else None
    if request.path_info.startswith(NO_FIRM_PAGES):
        return None
    own_page = FIRMS_OWN_PAGE.match(request.path_info)
    if own_page:
        return find_firm_id_by_code(own_page.group(1))
    invitation = INVITATION_PAGE.fullmatch(request.path_info)
    if invitation:
        return find_invitation_firm_id(invitation.group(1))  # an invitation of nobody's is answered outside every firm
    return (None if is_previewed(request) else find_linked_firm_id(request)) or own_firm_id
