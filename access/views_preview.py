"""Beginning and ending staff's preview of the portal; what it shows stands with the client's own pages."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from access.preview import NothingToPreview, end_preview, start_preview
from clients.queries import get_account_to_change, get_address_of
from firms.actors import Actor
from firms.doors import staff_of, staff_only
from lib import clock


@staff_only
@require_POST
def preview_start(request: HttpRequest, code: str, address_code: str) -> HttpResponse:
    """For whoever may change the account (docs/who-may.md); each start is an activity line."""
    staff = staff_of(request)
    account = get_account_to_change(staff, code)
    address = get_address_of(account, address_code)
    try:
        start_preview(session=request.session, account=account, address=address, by=Actor.staff(staff, request), now=clock.now())
    except NothingToPreview:
        messages.error(request, _("%(email)s finds no portal in this account: switch LOGIN on first.") % {"email": address.email})
        return redirect("account_show", account.code)
    return redirect("portal_home")


@staff_only
@require_POST
def preview_end(request: HttpRequest) -> HttpResponse:
    """Back to the account that was looked at."""
    code = end_preview(request.session)
    return redirect("account_show", code) if code else redirect("home")
