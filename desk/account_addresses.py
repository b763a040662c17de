"""What can be done to one address of an account's page: make it the primary one, remove it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clients.addresses import make_primary, remove_address
from clients.contact_queries import get_address_to_change
from clients.errors import Unlinked
from clients.models import Address
from clients.queries import get_account_to_change
from desk.account_asked import before_address_goes
from firms.actors import Actor
from firms.doors import staff_of, staff_only
from lib import clock
from ui.toasts import toast


@staff_only
@require_POST
def address_primary(request: HttpRequest, code: str, address_code: str) -> HttpResponse:
    staff = staff_of(request)
    account = get_account_to_change(staff, code)
    address = get_address_to_change(staff, account, address_code)
    before = Address.objects.filter(firm=account.firm_id, contact=address.contact_id, is_primary=True).first()
    try:
        make_primary(address=address, account=account, by=Actor.staff(staff, request), now=clock.now())
    except Unlinked:  # not offered for an unlinked one
        raise Http404 from None
    undo = reverse("address_primary", args=[code, before.code]) if before and before != address else ""
    said = _("%(email)s is the primary address of %(name)s.") % {"email": address.email, "name": address.contact.name}
    toast(request, said, undo_url=undo)
    return redirect("account_show", account.code)


@staff_only
@require_POST
def address_remove(request: HttpRequest, code: str, address_code: str) -> HttpResponse:
    """Where somebody loses their way in, the account's page asks first; the answer comes with `sure=on`."""
    staff = staff_of(request)
    account = get_account_to_change(staff, code)
    address = get_address_to_change(staff, account, address_code)
    if "sure" not in request.POST and before_address_goes(account, address):
        return redirect(f"{reverse('account_show', args=[account.code])}?remove={address.code}")
    remove_address(account=account, address=address, by=Actor.staff(staff, request), now=clock.now())
    toast(request, _("%(email)s was removed: nothing more is sent to it, and it no longer signs in.") % {"email": address.email})
    return redirect("account_show", account.code)
