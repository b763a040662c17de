"""What was decided for a person, or in an account: the pages behind “Why did X get this, or not?” (X01)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from clients.contact_queries import get_person_for
from clients.queries import get_account_for
from desk.why_log import log_of_account, log_of_contact
from firms.doors import staff_of, staff_only


@staff_only
@require_safe
def contact_emails(request: HttpRequest, code: str) -> HttpResponse:
    staff = staff_of(request)
    contact = get_person_for(staff, code)
    if contact.code != code:  # merged meanwhile
        return redirect("contact_emails", contact.code)
    return render(request, "desk/contact_emails.html", {"contact": contact, "log": log_of_contact(contact, staff, request.GET)})


@staff_only
@require_safe
def account_emails(request: HttpRequest, code: str) -> HttpResponse:
    staff = staff_of(request)
    account = get_account_for(staff, code)
    return render(request, "desk/account_emails.html", {"account": account, "log": log_of_account(account, staff, request.GET)})
