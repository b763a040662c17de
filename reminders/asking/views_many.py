"""Asking many accounts at once: the words, what will happen, the confirmation, how far it is, what became of it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from actions.kinds import get_kind
from clients.queries import visible_accounts
from firms.actors import Actor
from firms.doors import powers, staff_of, staff_only
from firms.rules import sees_all_accounts
from lib import clock
from reminders.asking.batches import BEFORE, NotNow, confirm_batch, get_batch_for, stop_batch, word_batch
from reminders.asking.forms import AskForm, words_of
from reminders.asking.pages import AskPage, templates_context
from reminders.asking.registry import get_asking
from reminders.asking.showing_many import preview_of, progress_of, with_counts
from reminders.asking.usual import is_usual
from reminders.enums import BatchState, PeopleRule, RowState
from reminders.forms import ScheduleForm
from reminders.models import AskBatch, AskBatchRow
from ui.shell import Tab

PER_PAGE = 50


@staff_only
@require_safe
def ask_many_list(request: HttpRequest) -> HttpResponse:
    """What this person has asked of several accounts, newest first."""
    staff = staff_of(request)
    own = with_counts(AskBatch.objects.filter(firm=staff.firm_id, created_by=staff))
    page = Paginator(own, PER_PAGE).get_page(request.GET.get("page"))
    rows = [(batch, get_kind(batch.kind), BatchState(batch.state)) for batch in page]
    return render(request, "reminders/ask_many_list.html", {"page": page, "rows": rows})


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def ask_many_words(request: HttpRequest, code: str) -> HttpResponse:
    batch = get_batch_for(staff_of(request), code)
    if batch.state not in BEFORE:
        return moved_on(request, batch)
    page = AskPage(request, get_asking(batch.kind), batch.created_by, batch=batch)
    form, schedule = page.form, page.schedule
    if request.method == "POST" and page.keeps_template:
        form, schedule = page.keep_template(clock.now())
    elif request.method == "POST" and all([form.is_valid(), schedule.is_valid()]):
        return keep_words(request, batch, form, schedule)
    form.keep_files()
    context = {
        "batch": batch,
        "form": form,
        "schedule_form": schedule,
        "whose": page.whose,
        "asking": form.asking,
        "count": AskBatchRow.objects.filter(firm=batch.firm_id, batch=batch).count(),
        "today": form.today.isoformat(),
        **templates_context(request, batch.created_by, form.asking),
    }
    return render(request, "reminders/ask_many.html", context)


def keep_words(request: HttpRequest, batch: AskBatch, form: AskForm, schedule: ScheduleForm) -> HttpResponse:
    words = words_of(form, schedule)
    usual, rule = is_usual(form.asking, words.message), PeopleRule(form.cleaned_data["rule"])
    try:
        word_batch(batch=batch, words=words, usual_message=usual, rule=rule, payload=form.payload())
    except NotNow:
        return moved_on(request, batch)
    return redirect("ask_many_show", batch.code)


@staff_only
@require_safe
def ask_many_show(request: HttpRequest, code: str) -> HttpResponse:
    """What it would do, until it is confirmed; then how far it is, and what became of each account."""
    batch = get_batch_for(staff_of(request), code)
    if batch.state == BatchState.DRAFT:
        return redirect("ask_many_words", code)
    context = {"batch": batch, "asking": get_asking(batch.kind), "kind": get_kind(batch.kind)}
    if batch.state == BatchState.READY:
        return render(request, "reminders/ask_many_preview.html", {**context, "preview": preview_of(batch, clock.now())})
    return render(request, "reminders/ask_many_show.html", {**context, **progress_context(request, batch)})


def progress_context(request: HttpRequest, batch: AskBatch) -> dict[str, object]:
    progress, left = progress_of(batch), request.GET.get("show") == "left"
    state = RowState.LEFT_OUT if left else RowState.ASKED
    rows = AskBatchRow.objects.filter(firm=batch.firm_id, batch=batch, state=state).select_related("account", "action")
    if not sees_all_accounts(powers(batch.created_by)):  # rights may have gone since (M30)
        rows = rows.filter(account__in=visible_accounts(batch.created_by))
    tabs = [Tab(_("Asked"), "?", not left, progress.asked), Tab(_("Left out"), "?show=left", left, progress.left_out)]
    page = Paginator(rows.order_by("position"), PER_PAGE).get_page(request.GET.get("page"))
    return {"progress": progress, "tabs": tabs, "page": page, "left": left}


@staff_only
@require_safe
def ask_many_progress(request: HttpRequest, code: str) -> HttpResponse:
    """The block that the page asks for each second while a worker asks; when that has ended, the page opens anew."""
    batch = get_batch_for(staff_of(request), code)
    if batch.state != BatchState.ASKING:
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("ask_many_show", args=[code])})
    return render(request, "reminders/_ask_many_progress.html", {"batch": batch, "progress": progress_of(batch)})


@staff_only
@require_POST
def ask_many_confirm(request: HttpRequest, code: str) -> HttpResponse:
    staff = staff_of(request)
    batch = get_batch_for(staff, code)
    try:
        confirm_batch(batch=batch, asks_unheard=request.POST.get("unheard") == "on", by=Actor.staff(staff, request), now=clock.now())
    except NotNow:
        return moved_on(request, batch)
    return redirect("ask_many_show", code)


@staff_only
@require_POST
def ask_many_stop(request: HttpRequest, code: str) -> HttpResponse:
    staff = staff_of(request)
    batch = get_batch_for(staff, code)
    try:
        stop_batch(batch=batch, by=Actor.staff(staff, request), now=clock.now())
    except NotNow:
        return moved_on(request, batch)
    return redirect("ask_many_show", code)


def moved_on(request: HttpRequest, batch: AskBatch) -> HttpResponse:
    messages.error(request, _("This has moved on meanwhile; here is where it stands."))
    return redirect("ask_many_show", batch.code)
