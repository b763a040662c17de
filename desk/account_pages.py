"""The profile of one account: its people, its requests, its activity."""

from collections.abc import Mapping
from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from actions.enums import ActionState
from actions.kinds import all_kinds
from actions.models import Action
from clients.addresses import change_switches
from clients.enums import Switch
from clients.inputs import SwitchValues
from clients.models import Account
from clients.queries import get_account_for, get_account_to_change, get_address_of, may_change, tags_of_account
from clients.services import archive_account, restore_account
from desk.account_calendar import calendar_of
from desk.account_contacts import people_rows, reach
from desk.account_rows import Owed, count_owed
from desk.feed import entries_of
from desk.pages import PER_PAGE, today_of
from desk.queries import with_row
from desk.rows import rows_of
from firms.actors import Actor
from firms.doors import staff_of, staff_only
from firms.enums import Right
from firms.models import Staff
from firms.queries import activity_of_account
from lib import clock
from ui.shell import Tab
from ui.toasts import toast

OPEN_FIRST = (Case(When(state=ActionState.OPEN, then=0), default=1), "-opened_at", "-pk")


@staff_only
@require_safe
def account_show(request: HttpRequest, code: str) -> HttpResponse:
    staff, now = staff_of(request), clock.now()
    account = get_account_for(staff, code)
    context = {**frame(account, staff, "account_show", now), **contacts_of_page(account, staff, now)}
    return render(request, "desk/account_info.html", {**context, "tags": tags_of_account(account), "calendar": calendar_of(account.firm)})


@staff_only
@require_safe
def account_requests(request: HttpRequest, code: str) -> HttpResponse:
    staff, now = staff_of(request), clock.now()
    account = get_account_for(staff, code)
    actions = with_row(Action.objects.filter(firm=staff.firm_id, account=account)).order_by(*OPEN_FIRST)
    page = Paginator(actions, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "rows": rows_of(page, staff, now), "today": today_of(staff.firm, now)}
    return render(request, "desk/account_requests.html", {**frame(account, staff, "account_requests", now), **context})


@staff_only
@require_safe
def account_activity(request: HttpRequest, code: str) -> HttpResponse:
    staff, now = staff_of(request), clock.now()
    account = get_account_for(staff, code)
    page = Paginator(activity_of_account(staff.firm, account.pk), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "entries": entries_of(staff, page)}
    return render(request, "desk/account_activity.html", {**frame(account, staff, "account_activity", now), **context})


@staff_only
@require_POST
def switch_set(request: HttpRequest, code: str, address_code: str) -> HttpResponse:
    """`?switch=notify` with `to=on` in the form, or without `to`, for off: saves at once. The toast's way back is `…&to=on`."""
    staff, now = staff_of(request), clock.now()
    account = get_account_to_change(staff, code)
    address = get_address_of(account, address_code)
    switch, on = request.GET.get("switch", ""), "on" in (request.POST.get("to"), request.GET.get("to"))
    if switch not in Switch.values:
        raise Http404
    values = SwitchValues(**{switch: on})  # type: ignore[misc]
    change_switches(account=account, address=address, by=Actor.staff(staff, request), now=now, **values)
    back = f"{reverse('switch_set', args=[code, address_code])}?switch={switch}&to={'off' if on else 'on'}"
    toast(request, said(Switch(switch), address.email, on), undo_url=back)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("account_show", account.code)
    return render(request, "desk/account_switched.html", {"account": account, **contacts_of_page(account, staff, now)})


@staff_only
@require_POST
def account_archive(request: HttpRequest, code: str) -> HttpResponse:
    staff, now = staff_of(request), clock.now()
    account = get_account_to_change(staff, code)
    open_requests = Action.objects.filter(firm=staff.firm_id, account=account, state=ActionState.OPEN).count()
    if open_requests:
        messages.error(request, still_open(open_requests))
        return redirect("account_show", account.code)
    archive_account(account=account, by=Actor.staff(staff, request), now=now)
    toast(request, _("%(account)s was archived.") % {"account": account.name}, undo_url=reverse("account_restore", args=[account.code]))
    return redirect("account_list")


@staff_only
@require_POST
def account_restore(request: HttpRequest, code: str) -> HttpResponse:
    staff = staff_of(request)
    account = restore_account(account=get_account_to_change(staff, code), by=Actor.staff(staff, request), now=clock.now())
    toast(request, _("%(account)s is back in the list.") % {"account": account.name})
    return redirect("account_show", account.code)


def still_open(count: int) -> str:
    return ngettext(
        "The account was not archived: %(count)s request is still open. Withdraw it first.",
        "The account was not archived: %(count)s requests are still open. Withdraw them first.",
        count,
    ) % {"count": count}


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


def frame(account: Account, staff: Staff, tab: str, now: datetime) -> dict[str, object]:
    """What stands above every tab."""
    owed = count_owed(staff.firm, [account.pk], today_of(staff.firm, now)).get(account.pk, Owed())
    tabs = (("account_show", _("Info"), None), ("account_requests", _("Requests"), owed.open), ("account_activity", _("Activity"), None))
    return {
        "account": account,
        "asks": all_kinds() if may_change(staff, account, Right.MANAGE_ACTIONS) and account.archived_at is None else [],
        "may_edit": may_change(staff, account),
        "owed": owed,
        "tabs": [Tab(title, reverse(name, args=[account.code]), name == tab, count) for name, title, count in tabs],
    }


def contacts_of_page(account: Account, staff: Staff, now: datetime) -> dict[str, object]:
    people = people_rows(account)
    return {"people": people, "reach": reach(account, people, now), "may_edit": may_change(staff, account)}
