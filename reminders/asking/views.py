"""Asking one account, whatever the kind: which account, then what, of whom, and who will be told."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from actions.kinds import all_kinds, get_kind
from actions.models import Action
from clients.enums import Relation
from clients.models import Account, Contact
from clients.queries import contacts_of
from clients.search import accounts_matching
from firms.actors import Actor
from firms.doors import staff_of, staff_only
from firms.models import Staff
from firms.sent_forms import lead_again, note_where_it_leads, where_it_led
from lib import clock
from reminders.asking.forms import AskForm, words_of
from reminders.asking.pages import AskPage, templates_context
from reminders.asking.queries import accounts_to_ask, get_account_to_ask, told_later, would_get
from reminders.asking.registry import Asking, find_asking, forget_files, get_asking
from reminders.asking.usual import default_message, language_for, whom_it_is_to
from reminders.asking.words import AskRefused
from reminders.forms import ScheduleForm
from reminders.page import count_people
from reminders.services import NothingAskedOfArchived, NothingAskedOfSuppliers
from reminders.topics import topic_of
from ui.filters import search_of
from ui.toasts import toast

ACCOUNTS_SHOWN = 12


@staff_only
@require_safe
def ask_start(request: HttpRequest) -> HttpResponse:
    """What can be asked for, of one account or of several."""
    accounts_to_ask(staff_of(request))  # 403 for whoever may ask nobody
    kinds = [(kind, get_asking(kind.key)) for kind in all_kinds()]
    return render(request, "reminders/ask_start.html", {"kinds": kinds, "kept": kept_query(request)})


def kept_query(request: HttpRequest) -> str:
    """What an address carries along while the account is chosen: a template, files; a conversation is one account's."""
    query = request.GET.copy()
    for name in ("q", "page", "account", "topic"):
        query.pop(name, None)
    return query.urlencode()


@staff_only
def ask_new(request: HttpRequest, kind: str) -> HttpResponse:
    staff, asking = staff_of(request), asking_or_404(kind)
    code = request.GET.get("account", "")
    if not code:
        return choose_account(request, staff, asking)
    account = get_account_to_ask(staff, code)
    if account.archived_at is not None or account.relation == Relation.SUPPLIER:
        return nothing_asked(request, account)
    return ask_account(request, staff, asking, account)


def asking_or_404(kind: str) -> Asking:
    asking = find_asking(kind)
    if asking is None:
        raise Http404
    return asking


def choose_account(request: HttpRequest, staff: Staff, asking: Asking) -> HttpResponse:
    """The first step where no account is given."""
    found = accounts_matching(accounts_to_ask(staff), search_of(request.GET))
    page = Paginator(found.order_by("name_key", "pk"), ACCOUNTS_SHOWN).get_page(request.GET.get("page"))
    context = {"asking": asking, "page": page, "q": search_of(request.GET), "kept": kept_query(request)}
    return render(request, "reminders/choose_account.html", context)


def ask_account(request: HttpRequest, staff: Staff, asking: Asking, account: Account) -> HttpResponse:
    now = clock.now()
    if request.method == "POST" and (before := where_it_led(request, staff.firm, now)):
        return lead_again(request, before)
    page = AskPage(request, asking, staff, account)
    form, schedule = page.form, page.schedule
    if request.method == "POST" and page.keeps_template:
        form, schedule = page.keep_template(now)
    elif request.method == "POST" and complete(form, schedule, account, now):
        answer = open_request(request, form, schedule, account, now)
        if answer is not None:
            return answer
    form.keep_files()
    return render(request, "reminders/ask.html", {**ask_context(request, form, schedule, account, now), "whose": page.whose})


def complete(form: AskForm, schedule: ScheduleForm, account: Account, now: datetime) -> bool:
    """Whether all is there; where nobody would be told, that takes a yes of its own (M28)."""
    both = [form.is_valid(), schedule.is_valid()]
    if all(both) and not form.cleaned_data["go_on"] and not count_told(form, account, now):
        form.add_error(None, _("Nobody of %(account)s would be told. Tick the box beside the button to go on.") % {"account": account.name})
        return False
    return all(both)


def count_told(form: AskForm, account: Account, now: datetime) -> int:
    return count_people(would_get(form.asking.kind, account, form.cleaned_data["people"], now))


def open_request(request: HttpRequest, form: AskForm, schedule: ScheduleForm, account: Account, now: datetime) -> HttpResponse | None:
    """The way to the request, or nothing when the form has to say more."""
    staff, payload = form.staff, form.payload()
    try:
        action = form.asking.open(
            account=account, people=form.cleaned_data["people"], payload=payload, staff=staff, by=Actor.staff(staff, request), now=now,
            words=words_of(form, schedule, topic_in(request, account)),
        )  # fmt: skip
    except AskRefused as refused:
        form.add_error(None, str(refused))
        return None
    except (NothingAskedOfArchived, NothingAskedOfSuppliers):  # since the page was opened
        account.refresh_from_db()
        return nothing_asked(request, account)
    forget_files(form.asking, staff, payload)
    toast(request, said_of(action, count_told(form, account, now), now))
    address = reverse("action_show", args=[action.code])
    note_where_it_leads(request, staff.firm, address)
    return redirect(address)


def said_of(action: Action, told: int, now: datetime) -> str:
    later = told_later(action, now)
    if later is None:
        return ngettext("Asked: %(count)s person is told.", "Asked: %(count)s people are told.", told) % {"count": told}
    said = ngettext("Asked: %(count)s person will be told at %(hour)s.", "Asked: %(count)s people will be told at %(hour)s.", told)
    return said % {"count": told, "hour": f"{localtime(later):%H:%M}"}


def nothing_asked(request: HttpRequest, account: Account) -> HttpResponse:
    archived = account.archived_at is not None
    said = (
        _("%(account)s is archived: nothing can be asked of it.")
        if archived
        else _("%(account)s is a supplier: nothing can be asked of it.")
    )
    messages.error(request, said % {"account": account.name})
    return redirect("account_show", account.code)


def topic_in(request: HttpRequest, account: Account) -> str:
    """The conversation that the request belongs to, carried along in the address; another account's is dropped."""
    return topic_of(account, request.GET.get("topic", ""))


def ask_context(request: HttpRequest, form: AskForm, schedule: ScheduleForm, account: Account, now: datetime) -> dict[str, Any]:
    return {
        "form": form,
        "schedule_form": schedule,
        "asking": form.asking,
        "kind": get_kind(form.asking.kind),
        "query": request.GET.urlencode(),
        **templates_context(request, form.staff, form.asking),
        "today": form.today.isoformat(),
        **recipients_context(form.asking, account, form.ticked, now, language=form.language, go_on=form.data.get("go_on") == "on"),
    }


@staff_only
@require_safe
def ask_recipients(request: HttpRequest, kind: str) -> HttpResponse:
    """Who would get it, of the people ticked so far (X22); a part of the page, asked for by htmx."""
    asking = asking_or_404(kind)
    account = get_account_to_ask(staff_of(request), request.GET.get("account", ""))
    codes, now = set(request.GET.getlist("people")), clock.now()
    contacts = list(contacts_of(account).filter(archived_at=None))
    ticked = [contact for contact in contacts if contact.code in codes]
    language = language_for(account, whom_it_is_to(asking.kind, account, contacts, ticked, now))
    context = recipients_context(asking, account, ticked, now, language=language, go_on=False)
    return render(request, "reminders/_recipients.html", context)


def recipients_context(
    asking: Asking, account: Account, people: Sequence[Contact], now: datetime, *, language: str, go_on: bool
) -> dict[str, Any]:
    """`proposed` is the kind's own message in the `language` of whom it is to, for the page to offer while it stands as it was."""
    meant = bool(people) or not asking.people_needed
    gets = would_get(asking.kind, account, people, now) if meant else []
    return {
        "account": account,
        "asking": asking,
        "people": people,
        "meant": meant,
        "gets": gets,
        "told": count_people(gets),
        "proposed": default_message(asking, language),
        "go_on": go_on,
    }
