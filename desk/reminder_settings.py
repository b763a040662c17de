"""Settings > Reminders: usual reminders for each kind, the firm's calendar, caps. For owner and admins (D13 to D15, M14, X03, X04, X08)."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from desk.mini_calendar import example_of, months_of
from desk.open_ones import answers_in, asked_of
from desk.pages import today_of
from desk.reminder_settings_form import ClosingForm, ReminderSettingsForm
from desk.settings_frame import frame
from firms.actors import Actor
from firms.closed_days import Closing, closings_of
from firms.doors import admins_only, staff_of
from firms.models import Firm
from lib import clock
from reminders.paused import pause_card
from reminders.settings import EARLIER, Question, Unanswered, add_closing, change_reminder_settings, remove_closing
from ui.forms import posted
from ui.toasts import toast

PAGE = "desk/settings_reminders.html"


def form_of(request: HttpRequest, *, bound: bool = True) -> ReminderSettingsForm:
    firm = staff_of(request).firm
    return ReminderSettingsForm(posted(request) if bound else None, firm=firm, today=today_of(firm, clock.now()))


@admins_only
@require_http_methods(["GET", "HEAD", "POST"])
def settings_reminders(request: HttpRequest) -> HttpResponse:
    staff, form, questions = staff_of(request), form_of(request), list[Question]()
    if request.method == "POST" and form.is_valid():
        answers, by = answers_in(request.POST), Actor.staff(staff, request)
        try:
            changed = change_reminder_settings(
                firm=staff.firm, usual=form.usual, terms=form.terms, answers=answers, by=by, now=clock.now()
            )  # fmt: skip
        except Unanswered as unanswered:
            questions = list(unanswered.questions)
        else:
            toast(request, _("Saved. It holds from the next reminder on.") if changed else _("Nothing was changed."))
            return redirect("settings_reminders")
    return render(request, PAGE, page_context(request, form, questions=questions))


@admins_only
@require_POST
def settings_reminders_effect(request: HttpRequest) -> HttpResponse:
    """What stands around the form while one types: the months, the worked example, what Save would change."""
    form = form_of(request)
    form.is_valid()
    return render(request, f"{PAGE}#effect", {**effect_of(form), "oob": True})


@admins_only
@require_POST
def settings_closed_add(request: HttpRequest) -> HttpResponse:
    staff, today = staff_of(request), today_of(staff_of(request).firm, clock.now())
    form = ClosingForm(request.POST, firm=staff.firm, today=today)
    if not form.is_valid():
        return calendar_answer(request, closing_form=form)
    added = add_closing(firm=staff.firm, closing=form.closing, by=Actor.staff(staff, request), now=clock.now())
    toast(request, _("The firm is closed then.") if added else _("The firm is closed then already."))
    return calendar_answer(request)


@admins_only
@require_POST
def settings_closed_remove(request: HttpRequest) -> HttpResponse:
    """By what it is: one that somebody else has removed meanwhile is gone already."""
    staff, closing = staff_of(request), closing_in(staff_of(request).firm, request)
    if closing is not None:
        by, answer = Actor.staff(staff, request), answers_in(request.POST).get(EARLIER)
        try:
            remove_closing(firm=staff.firm, closing=closing, answer=answer, by=by, now=clock.now())
        except Unanswered as unanswered:
            return calendar_answer(request, removing=closing, questions=unanswered.questions)
    toast(request, _("The firm is open then, as on other days."))
    return calendar_answer(request)


def closing_in(firm: Firm, request: HttpRequest) -> Closing | None:
    wanted = {name: request.POST.get(name, "") for name in ("first", "last", "name")}
    return next((closing for closing in closings_of(firm) if closing.row == wanted), None)


def calendar_answer(
    request: HttpRequest,
    *,
    closing_form: ClosingForm | None = None,
    removing: Closing | None = None,
    questions: Sequence[Question] = (),
) -> HttpResponse:
    """The card alone where the page asked for it, so that what is typed beside it stays; else the page, or the way to it."""
    context = page_context(request, form_of(request, bound=False), closing_form=closing_form)
    context |= {"removing": removing, "removing_questions": asked_of(questions, request.POST)}
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, f"{PAGE}#calendar", {**context, "with_toasts": True})
    return render(request, PAGE, context) if closing_form or removing else redirect("settings_reminders")


def page_context(
    request: HttpRequest, form: ReminderSettingsForm, *, questions: Sequence[Question] = (), closing_form: ClosingForm | None = None
) -> dict[str, Any]:
    firm, today = form.firm, form.today
    return {
        **frame(request, "settings_reminders"),
        **effect_of(form),
        "pause": pause_card(firm, clock.now(), may=True),
        "questions": asked_of(questions, request.POST),
        "closings": [closing for closing in closings_of(firm) if closing.last >= today],
        "closing_form": closing_form or ClosingForm(firm=firm, today=today),
    }


def effect_of(form: ReminderSettingsForm) -> dict[str, Any]:
    firm = form.as_it_would_be
    return {
        "form": form,
        "months": months_of(firm, form.today),
        "weekdays": [(WEEKDAYS_ABBR[day], WEEKDAYS[day]) for day in range(7)],
        "example": example_of(firm, form.today),
        "changes": form.changes if form.is_bound else [],
    }
