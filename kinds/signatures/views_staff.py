"""Asking for a signature, and the page of a request to sign."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from actions.kinds import get_kind
from actions.models import Action
from actions.queries import get_action_for
from clients.enums import Relation
from clients.models import Account, Contact
from clients.queries import contacts_of, current_accounts, get_account_to_change
from clients.search import accounts_matching
from firms.actors import Actor
from firms.doors import powers, require, staff_of, staff_only
from firms.enums import Right
from firms.models import Staff
from firms.rules import has_right
from kinds.signatures.documents import forget_draft
from kinds.signatures.forms import AskForm
from kinds.signatures.pages import file_response, page_response, pages_of, signature_request
from kinds.signatures.queries import describe, signers_of
from kinds.signatures.services import KIND, request_signature
from lib import clock
from notifications.queries import who_would_get
from reminders.forms import ScheduleForm, new_schedule_form
from reminders.page import Row, count_people, page_context, rows
from reminders.services import NothingAskedOfArchived, NothingAskedOfSuppliers
from ui.filters import search_of
from ui.toasts import toast

ACCOUNTS_SHOWN = 12


# --- Asking --------------------------------------------------------------------------------------------------------------


@staff_only
def signature_new(request: HttpRequest) -> HttpResponse:
    staff = staff_of(request)
    code = request.GET.get("account", "")
    if not code:
        return choose_account(request, staff)
    account = account_to_ask(staff, code)
    if account.archived_at is not None or account.relation == Relation.SUPPLIER:
        messages.error(request, nothing_asked(account) % {"account": account.name})
        return redirect("account_show", account.code)
    return ask(request, staff, account)


def nothing_asked(account: Account) -> str:
    if account.archived_at is not None:
        return _("%(account)s is archived: nothing can be asked of it.")
    return _("%(account)s is a supplier: nothing can be asked of it.")


def account_to_ask(staff: Staff, code: str) -> Account:
    if not code.isalnum():  # what is no code at all never reaches the database
        raise Http404
    return get_account_to_change(staff, code, Right.MANAGE_ACTIONS)


def choose_account(request: HttpRequest, staff: Staff) -> HttpResponse:
    """The first step where no account is given: whose signature?"""
    accounts = accounts_to_ask(staff)
    found = accounts_matching(accounts, search_of(request.GET))
    page = Paginator(found.order_by("name_key", "pk"), ACCOUNTS_SHOWN).get_page(request.GET.get("page"))
    return render(request, "signatures/choose_account.html", {"page": page, "q": search_of(request.GET)})


def accounts_to_ask(staff: Staff) -> QuerySet[Account]:
    """Where this person may ask something; raises `PermissionDenied` when that is nowhere."""
    accounts = current_accounts(staff).filter(relation=Relation.CLIENT)
    if has_right(powers(staff), Right.MANAGE_ACTIONS):
        return accounts
    own = accounts.filter(manager=staff)
    if not own.exists():
        require(staff, Right.MANAGE_ACTIONS)
    return own


def ask(request: HttpRequest, staff: Staff, account: Account) -> HttpResponse:
    now = clock.now()
    today = now.astimezone(account.firm.zone).date()
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = AskForm(data, files, account=account, staff=staff, today=today)
    schedule = new_schedule_form(get_kind(KIND).default_policy, data)
    if request.method == "POST" and complete(form, schedule, account, now):
        return open_request(request, staff, account, form, schedule, now)
    form.keep_document()
    return render(request, "signatures/new.html", ask_context(form, schedule, account, now, today))


def complete(form: AskForm, schedule: ScheduleForm, account: Account, now: datetime) -> bool:
    """Whether all is there; where nobody would be told, that takes a yes of its own (M28)."""
    both = [form.is_valid(), schedule.is_valid()]
    if all(both) and not form.cleaned_data["go_on"] and not count_people(would_get(account, form.cleaned_data["signers"], now)):
        form.add_error(None, _("Nobody of %(account)s would be told. Tick the box beside the button to go on.") % {"account": account.name})
        return False
    return all(both)


def open_request(
    request: HttpRequest, staff: Staff, account: Account, form: AskForm, schedule: ScheduleForm, now: datetime
) -> HttpResponse:
    data = form.cleaned_data
    assert form.pdf is not None
    try:
        action = request_signature(
            firm=account.firm, account=account, staff=staff, by=Actor.staff(staff, request), now=now, title=data["title"], pdf=form.pdf,
            signers=data["signers"], message=data["message"], due_on=data["due_on"], expires_on=data["expires_on"],
            schedule=schedule.schedule,
        )  # fmt: skip
    except (NothingAskedOfArchived, NothingAskedOfSuppliers):  # since the page was opened
        account.refresh_from_db()
        messages.error(request, nothing_asked(account) % {"account": account.name})
        return redirect("account_show", account.code)
    forget_draft(staff, data["draft"])
    told = count_people(would_get(account, data["signers"], now))
    toast(request, ngettext("Asked: %(count)s person is told.", "Asked: %(count)s people are told.", told) % {"count": told})
    return redirect("action_show", action.code)


def ask_context(form: AskForm, schedule: ScheduleForm, account: Account, now: datetime, today: date) -> dict[str, Any]:
    return {
        "form": form,
        "schedule_form": schedule,
        "account": account,
        "today": today.isoformat(),
        **recipients_context(account, form.ticked, now, go_on=form.data.get("go_on") == "on"),
    }


@staff_only
@require_safe
def signature_recipients(request: HttpRequest) -> HttpResponse:
    """Who would get it, of the signers ticked so far (X22); a part of the page, asked for by htmx."""
    account = account_to_ask(staff_of(request), request.GET.get("account", ""))
    codes = set(request.GET.getlist("signers"))
    ticked = [contact for contact in contacts_of(account) if contact.code in codes]
    return render(request, "signatures/_recipients.html", recipients_context(account, ticked, clock.now(), go_on=False))


def recipients_context(account: Account, signers: Sequence[Contact], now: datetime, *, go_on: bool) -> dict[str, Any]:
    gets = would_get(account, signers, now) if signers else []
    return {"account": account, "signers": signers, "gets": gets, "told": count_people(gets), "go_on": go_on}


def would_get(account: Account, signers: Sequence[Contact], now: datetime) -> list[Row]:
    preference = get_kind(KIND).preference
    named = [contact.pk for contact in signers]
    return rows(who_would_get(firm=account.firm, account=account, preference=preference, named=named, now=now))


# --- The request's page --------------------------------------------------------------------------------------------------


def staff_view(request: HttpRequest, action: Action) -> HttpResponse:
    """For staff whom the action's door has let through."""
    now = clock.now()
    detail = signature_request(action)
    today = now.astimezone(action.firm.zone).date()
    context = {
        **page_context(request, action, now),
        "detail": detail,
        "description": describe(action),
        "days_late": (today - action.due_on).days if action.is_open and action.due_on and action.due_on < today else 0,
        "download_url": reverse("signature_file", args=[action.code]),
        "pages": pages_of(detail, lambda number: reverse("signature_page", args=[action.code, number])),
        "party_list": signers_of(action),
    }
    return render(request, "signatures/staff.html", context)


@staff_only
@require_safe
def signature_file(request: HttpRequest, code: str) -> HttpResponse:
    return file_response(signature_request(get_action_for(staff_of(request), code)))


@staff_only
@require_safe
def signature_page(request: HttpRequest, code: str, number: int) -> HttpResponse:
    return page_response(signature_request(get_action_for(staff_of(request), code)), number)
