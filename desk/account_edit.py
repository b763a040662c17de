"""Changing an account: its requests say whether it may become a supplier, so that the page lies here and not with the clients'."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from clients.errors import ReferenceInUse, StillUsed
from clients.forms import REFERENCE_IN_USE, AccountForm
from clients.models import Account
from clients.queries import get_account_to_change
from clients.ways_back import account_page
from firms.actors import Actor
from firms.doors import staff_of, staff_only
from lib import clock
from reminders.accounts import StillAsked, change_account_unless_asked
from ui.forms import posted
from ui.toasts import toast


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def account_edit(request: HttpRequest, code: str) -> HttpResponse:
    staff = staff_of(request)
    account = get_account_to_change(staff, code)
    form = AccountForm(posted(request), staff=staff, account=account)
    if request.method == "POST" and form.is_valid() and save(form, account, Actor.staff(staff, request), clock.now()):
        toast(request, _("%(account)s was saved.") % {"account": form.cleaned_data["name"]})
        return account_page(staff, account)
    return render(request, "clients/account_edit.html", {"form": form, "account": account})


def save(form: AccountForm, account: Account, by: Actor, now: datetime) -> bool:
    """False where the form says why not."""
    name, details = form.name_and_details
    try:
        change_account_unless_asked(account=account, name=name, by=by, now=now, **details)
    except ReferenceInUse:
        form.add_error("reference", REFERENCE_IN_USE)
    except StillUsed:
        form.add_error("relation", still_used())
    except StillAsked as asked:
        form.add_error("relation", still_asked(asked.count))
    else:
        return True
    return False


def still_used() -> str:
    return _(
        "LOGIN or NOTIFY is on for an address of this account, and a supplier has neither. Switch them off on the account’s page first."
    )


def still_asked(count: int) -> str:
    return ngettext(
        "%(count)s request to this account is still open, and nothing is asked of a supplier. Withdraw it first.",
        "%(count)s requests to this account are still open, and nothing is asked of a supplier. Withdraw them first.",
        count,
    ) % {"count": count}
