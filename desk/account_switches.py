"""The switches of an account's page, which save at once, and the invitation that LOGIN asks for."""

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from access.client_access import NotInvitable, invite_client, is_active
from access.client_states import PortalState, state_of
from access.inviting_many import may_be_invited_now
from clients.addresses import change_switches
from clients.enums import Switch
from clients.errors import NoPortal, Unlinked
from clients.inputs import SwitchValues
from clients.logins import has_login
from clients.models import Account, Address
from clients.queries import get_account_to_change, get_address_of
from desk.account_asked import Asked, Question, after_login_came, before_login_goes
from desk.account_contacts import contacts_of_page
from firms.actors import Actor
from firms.doors import staff_of, staff_only
from firms.login_refusals import LoginRefused, explaining_refusals
from lib import clock
from ui.toasts import toast


class TooManyInvitations(Exception):
    """One address is invited a few times an hour and no more."""


# --- Switches ------------------------------------------------------------------------------------------------------------


@staff_only
@require_POST
def switch_set(request: HttpRequest, code: str, address_code: str) -> HttpResponse:
    """`?switch=notify` with `to=on` in the form, or without `to`, for off: saves at once. The toast's way back is `…&to=on`.

    LOGIN may first be asked about; the answer to that comes with `sure=on`.
    """
    account = get_account_to_change(staff_of(request), code)
    address = get_address_of(account, address_code)
    switch, on = switch_of(request), "on" in (request.POST.get("to"), request.GET.get("to"))
    if switch is Switch.LOGIN and not on and "sure" not in request.POST:
        asked = before_login_goes(account, address)
        if asked is not None:
            return ask(request, account, asked)
    return set_switch(request, account, address, switch, on=on)


def switch_of(request: HttpRequest) -> Switch:
    if request.GET.get("switch", "") not in Switch.values:
        raise Http404
    return Switch(request.GET["switch"])


def set_switch(request: HttpRequest, account: Account, address: Address, switch: Switch, *, on: bool) -> HttpResponse:
    staff, values = staff_of(request), SwitchValues(**{switch: on})  # type: ignore[misc]
    is_new_login = switch is Switch.LOGIN and on and not is_active(address)
    try:
        with explaining_refusals(staff.firm, address.email, new_login=is_new_login):
            change_switches(account=account, address=address, by=Actor.staff(staff, request), now=clock.now(), **values)
    except LoginRefused as refused:
        return ask(request, account, Asked(Question.REFUSED, address, said=str(refused)))
    except (NoPortal, Unlinked):  # no such switch was offered
        raise Http404 from None
    if address.unlinked_at is not None:
        return unlinked_switched(request, account, address)
    toast(request, said(switch, address.email, on), undo_url=way_back(account, address, switch, on=not on))
    came = switch is Switch.LOGIN and on
    return answer(request, account, after_login_came(account, get_address_of(account, address.code)) if came else None)


def way_back(account: Account, address: Address, switch: Switch, *, on: bool) -> str:
    return f"{reverse('switch_set', args=[account.code, address.code])}?switch={switch}&to={'on' if on else 'off'}"


def unlinked_switched(request: HttpRequest, account: Account, address: Address) -> HttpResponse:
    """The row has gone: the page is drawn anew."""
    toast(request, _("%(email)s no longer signs in to %(account)s.") % {"email": address.email, "account": account.name})
    to = reverse("account_show", args=[account.code])
    return HttpResponseClientRedirect(to) if is_htmx(request) else redirect(to)


def ask(request: HttpRequest, account: Account, asked: Asked) -> HttpResponse:
    """Nothing has been changed: the switch goes back, and a dialog says why. A form without htmx finds the dialog on the page."""
    if is_htmx(request):
        return answer(request, account, asked, put_back=True)
    if asked.question is Question.REFUSED:
        messages.error(request, asked.said)
        return redirect("account_show", account.code)
    return redirect(f"{reverse('account_show', args=[account.code])}?off={asked.address.code}")


def answer(request: HttpRequest, account: Account, asked: Asked | None, *, put_back: bool = False) -> HttpResponse:
    """What a switch has changed around it, and what is asked now."""
    if not is_htmx(request):
        invite = f"?invite={asked.address.code}" if asked else ""
        return redirect(f"{reverse('account_show', args=[account.code])}{invite}")
    shown = contacts_of_page(account, staff_of(request), clock.now())
    return render(request, "desk/account_switched.html", {"account": account, **shown.context, "asked": asked, "put_back": put_back})


def is_htmx(request: HttpRequest) -> bool:
    return bool(request.htmx)  # type: ignore[attr-defined]


def said(switch: Switch, email: str, on: bool) -> str:
    """What a switch now means for its address."""
    sentences: Mapping[tuple[Switch, bool], str] = {
        (Switch.LOGIN, True): _("LOGIN is on for %(email)s."),
        (Switch.LOGIN, False): _("LOGIN is off for %(email)s."),
        (Switch.NOTIFY, True): _("NOTIFY is on: requests and reminders now go to %(email)s."),
        (Switch.NOTIFY, False): _("NOTIFY is off: nothing more goes to %(email)s."),
        (Switch.EMAIL_SYNC, True): _("EMAIL SYNC is on for %(email)s."),
        (Switch.EMAIL_SYNC, False): _("EMAIL SYNC is off for %(email)s."),
    }
    return sentences[switch, on] % {"email": email}


# --- Invitations ---------------------------------------------------------------------------------------------------------


@staff_only
@require_POST
def client_invite(request: HttpRequest, code: str, address_code: str) -> HttpResponse:
    """Sends the invitation, or another one in place of the one that is out (C10, C36)."""
    staff = staff_of(request)
    account = get_account_to_change(staff, code)
    address = get_address_of(account, address_code)
    by, now = Actor.staff(staff, request), clock.now()
    say_invited(request, address, lambda: invite_client(address=address, by=by, now=now))
    return redirect("account_show", account.code)


def say_invited(request: HttpRequest, address: Address, invite: Callable[[], object]) -> None:
    """Invites, lets nobody's mailbox be filled, and says on the next page what became of it."""
    before = state_of(address).state
    try:
        with explaining_refusals(address.firm, address.email, new_login=not has_login(address)):
            if not may_be_invited_now(address):
                raise TooManyInvitations
            invite()
    except TooManyInvitations:
        messages.error(request, _("Several invitations went to this address within an hour. Please wait an hour before you send another."))
    except LoginRefused as refused:
        messages.error(request, str(refused))
    except NotInvitable:
        messages.error(request, not_invitable(address))
    else:
        toast(request, (sent_again() if before is PortalState.INVITED else sent()) % {"email": address.email})


def sent() -> str:
    return _("The invitation goes to %(email)s. Its link is good for 14 days.")


def sent_again() -> str:
    return _("A new invitation goes to %(email)s; the earlier link no longer works.")


def not_invitable(address: Address) -> str:
    if is_active(address):
        return _("%(email)s signs in already: no invitation is needed.") % {"email": address.email}
    said = _("No invitation goes to %(email)s: switch LOGIN on first, and see that the address receives e-mail.")
    return said % {"email": address.email}
