"""Changing an account: its requests say whether it may become a supplier, so that the page lies here and not with the clients'."""

from datetime import datetime

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from actions.enums import ActionState
from actions.models import Action
from clients.enums import Relation
from clients.errors import ReferenceInUse, StillUsed
from clients.forms import REFERENCE_IN_USE, AccountForm
from clients.inputs import AccountDetails
from clients.models import Account
from clients.people import locked
from clients.queries import get_account_to_change
from clients.services import change_account
from clients.ways_back import account_page
from firms.actors import Actor
from firms.doors import staff_of, staff_only
from lib import clock
from ui.forms import posted
from ui.toasts import toast


class StillAsked(Exception):
    """So many requests are open, and nothing is asked of a supplier (M24)."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count


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
        change_unless_asked(account, name, details, by, now)
    except ReferenceInUse:
        form.add_error("reference", REFERENCE_IN_USE)
    except StillUsed:
        form.add_error("relation", still_used())
    except StillAsked as asked:
        form.add_error("relation", still_asked(asked.count))
    else:
        return True
    return False


@transaction.atomic
def change_unless_asked(account: Account, name: str, details: AccountDetails, by: Actor, now: datetime) -> None:
    """Whoever asks something of the account locks it too: either sees what the other has done.

    Raises as `change_account`, or `StillAsked`.
    """
    account = locked(account)
    if details.get("relation") == Relation.SUPPLIER != account.relation:
        count = Action.objects.filter(firm=account.firm_id, account=account, state=ActionState.OPEN).count()
        if count:
            raise StillAsked(count)
    change_account(account=account, name=name, by=by, now=now, **details)


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
