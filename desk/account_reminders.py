"""Reminders of one account: as the firm has them, or its own. A card on its Info tab leads here."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from clients.queries import get_account_to_change
from desk.account_pages import frame
from desk.account_reminders_card import grouped
from desk.open_ones import answers_in, asked_of
from firms.actors import Actor
from firms.doors import staff_of, staff_only
from firms.enums import Right
from lib import clock
from reminders.forms import ScheduleForm
from reminders.nearest import settings_for
from reminders.rules import Schedule
from reminders.settings import Question, Unanswered, change_account_reminders
from ui.forms import posted
from ui.toasts import toast

FIRMS, OWN = "firm", "own"


class AccountRemindersForm(ScheduleForm):
    """What is typed for a schedule of its own is kept only where it has one."""

    whose = forms.ChoiceField(
        label=gettext_lazy("Whose reminders"),
        widget=forms.RadioSelect,
        choices=[(FIRMS, gettext_lazy("As the firm has it")), (OWN, gettext_lazy("Its own, for every kind of request"))],
    )

    def __init__(self, data: Any = None, *, own: Schedule | None) -> None:
        shown = own or Schedule(True)
        numbers = {"on": shown.on, "every_days": shown.every_days, "at_most": shown.at_most}
        super().__init__(data, initial={"whose": OWN if own else FIRMS, **numbers}, auto_id="remind_%s")
        self.required_css_class = ""
        if data is not None and data.get("whose") == FIRMS:
            for name in ("every_days", "at_most"):
                self.fields[name].required = False

    @property
    def wanted(self) -> Schedule | None:
        """Asked after `is_valid`."""
        data = self.cleaned_data
        return Schedule(data["on"], data["every_days"], data["at_most"]) if data["whose"] == OWN else None


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def account_reminders(request: HttpRequest, code: str) -> HttpResponse:
    staff, now = staff_of(request), clock.now()
    account = get_account_to_change(staff, code, Right.MANAGE_ACTIONS)
    own, firms = settings_for(account)
    form, questions = AccountRemindersForm(posted(request), own=own), list[Question]()
    if request.method == "POST" and form.is_valid():
        answer, by = answers_in(request.POST).get(""), Actor.staff(staff, request)
        try:
            changed = change_account_reminders(account=account, schedule=form.wanted, answer=answer, by=by, now=now)
        except Unanswered as unanswered:
            questions = list(unanswered.questions)
        else:
            toast(request, _("The reminders of this account are saved.") if changed else _("Nothing was changed."))
            return redirect("account_show", code)
    context = {"form": form, "questions": asked_of(questions, request.POST), "firms": grouped(firms)}
    return render(request, "desk/account_reminders.html", {**frame(account, staff, "account_show", now), **context})
