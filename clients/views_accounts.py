"""Creating an account. The list, the profile and the page that changes one show several apps and live in the desk."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clients.errors import AddressInUse, Merged, ReferenceInUse
from clients.new_account import NewAccountForm
from clients.queries import get_contact_for
from clients.services import create_account
from clients.ways_back import account_page
from firms.actors import Actor
from firms.doors import require, staff_of, staff_only
from firms.enums import Right
from firms.login_refusals import LoginRefused, explaining_refusals
from lib import clock
from ui.forms import posted
from ui.toasts import toast


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def account_new(request: HttpRequest) -> HttpResponse:
    staff = staff_of(request)
    require(staff, Right.MANAGE_ACCOUNTS)
    chosen = request.POST.get("known", "") or ("" if request.method == "POST" else request.GET.get("known", ""))
    known = get_contact_for(staff, chosen) if chosen else None
    form = NewAccountForm(posted(request), staff=staff, known=known)
    if request.method == "POST" and form.is_valid():
        name, details = form.name_and_details
        try:
            with explaining_refusals(staff.firm, form.email, new_login=form.tries_new_login):
                account = create_account(
                    firm=staff.firm, name=name, first=form.first, by=Actor.staff(staff, request), now=clock.now(), **details
                )
        except (AddressInUse, Merged, ReferenceInUse, LoginRefused) as error:
            form.refuse(error)
        else:
            toast(request, _("%(account)s was created.") % {"account": account.name})
            return account_page(staff, account, login_for=form.email if form.switches.login else "")
    return render(request, "clients/account_new.html", {"form": form})
