"""Creating and changing an account. The list and the profile show several apps and live in the desk."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clients.errors import AddressInUse, ReferenceInUse
from clients.forms import REFERENCE_IN_USE, AccountForm
from clients.models import Account
from clients.new_account import NewAccountForm
from clients.queries import get_account_to_change, get_contact_for, visible_accounts
from clients.services import change_account, create_account
from firms.actors import Actor
from firms.doors import require, staff_of, staff_only
from firms.enums import Right
from firms.models import Staff
from lib import clock
from ui.forms import posted
from ui.toasts import toast


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def account_new(request: HttpRequest) -> HttpResponse:
    staff = staff_of(request)
    require(staff, Right.MANAGE_ACCOUNTS)
    known = get_contact_for(staff, request.POST["known"]) if request.POST.get("known") else None
    form = NewAccountForm(posted(request), staff=staff, known=known)
    if request.method == "POST" and form.is_valid():
        name, details = form.name_and_details
        try:
            account = create_account(
                firm=staff.firm, name=name, first=form.first, by=Actor.staff(staff, request), now=clock.now(), **details
            )
        except (AddressInUse, ReferenceInUse) as error:
            form.refuse(error)
        else:
            toast(request, _("%(account)s was created.") % {"account": account.name})
            return _to(staff, account)
    return render(request, "clients/account_new.html", {"form": form})


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def account_edit(request: HttpRequest, code: str) -> HttpResponse:
    staff = staff_of(request)
    account = get_account_to_change(staff, code)
    form = AccountForm(posted(request), staff=staff, account=account)
    if request.method == "POST" and form.is_valid():
        name, details = form.name_and_details
        try:
            account = change_account(account=account, name=name, by=Actor.staff(staff, request), now=clock.now(), **details)
        except ReferenceInUse:
            form.add_error("reference", REFERENCE_IN_USE)
        else:
            toast(request, _("%(account)s was saved.") % {"account": account.name})
            return _to(staff, account)
    return render(request, "clients/account_edit.html", {"form": form, "account": account})


def _to(staff: Staff, account: Account) -> HttpResponse:
    """The account's page, or the list when it has gone out of this person's sight: to another manager."""
    if visible_accounts(staff).filter(pk=account.pk).exists():
        return redirect("account_show", account.code)
    return redirect("account_list")
