"""The form of a page that asks, of one account or of many: filled by a template or a link, kept as a template."""

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actions.enums import ScheduleFrom
from actions.kinds import get_kind
from clients.models import Account
from firms.actors import Actor
from firms.doors import powers, require
from firms.enums import Right
from firms.models import Staff
from firms.rules import has_right
from lib import clock
from reminders.asking.forms import AskForm, today_of
from reminders.asking.registry import Asking, get_asking
from reminders.asking.template_forms import words_of_template
from reminders.asking.templates import add_template, find_template, free_name, initial_from, templates_of
from reminders.asking.usual import is_usual_title
from reminders.enums import BatchState
from reminders.forms import ScheduleForm, new_schedule_form, saved_schedule_form
from reminders.models import AskBatch, Asked, RequestTemplate
from reminders.nearest import Setting, nearest, nearest_of_kind
from ui.forms import posted
from ui.toasts import toast

SAVE = "save_template"  # the button's name
WHOSE = {
    ScheduleFrom.ACCOUNT: gettext_lazy("From the account."),
    ScheduleFrom.FIRM: gettext_lazy("From the firm."),
    ScheduleFrom.USUAL: gettext_lazy("As usual: the firm has set nothing of its own."),
}


class AskPage:
    """What a request to the page holds: `form` and `schedule`, bound where something was sent.

    Without `account` many are asked; `batch` is what is known of them already.
    """

    def __init__(
        self, request: HttpRequest, asking: Asking, staff: Staff, account: Account | None = None, batch: AskBatch | None = None
    ) -> None:
        self.request, self.asking, self.staff, self.account, self.batch = request, asking, staff, account, batch
        self.today = today_of(staff.firm, clock.now())
        self.data, self.files = posted(request), request.FILES if request.method == "POST" else None

    @cached_property
    def template(self) -> RequestTemplate | None:
        return find_template(self.staff.firm, self.asking.kind, self.request.GET.get("template", ""))

    @cached_property
    def form(self) -> AskForm:
        return self._form(self.data, self.files, initial=self._initial())

    @cached_property
    def setting(self) -> Setting:
        """What holds where nothing else is said, and whose it is."""
        kind = self.asking.kind
        return nearest(self.account, kind) if self.account else nearest_of_kind(self.staff.firm, kind)

    @cached_property
    def schedule(self) -> ScheduleForm:
        kept = self._kept
        return saved_schedule_form(kept, self.data) if kept else new_schedule_form(self.setting.schedule, self.data)

    @property
    def _kept(self) -> Asked | None:
        """What says already how it is reminded of; a batch without words does not."""
        worded = self.batch if self.batch and self.batch.state != BatchState.DRAFT else None
        return self.template or worded

    @property
    def whose(self) -> str:
        """Whose setting the fields of the reminders show, as a sentence."""
        if self._kept:
            return _("From the template.") if self.template else ""
        return str(WHOSE[self.setting.source])

    def _form(self, data: Any, files: Any, *, initial: Mapping[str, Any], is_template: bool = False) -> AskForm:
        return self.asking.form(
            data, files, initial=dict(initial), asking=self.asking, staff=self.staff, today=self.today, account=self.account,
            is_template=is_template,
        )  # fmt: skip

    def _initial(self) -> Mapping[str, Any]:
        if self.template is not None:
            return initial_from(self.template, self.today)
        return initial_of_batch(self.batch) if self.batch else self.asking.form.initial_in(self.request.GET)

    # --- Kept as a template ---------------------------------------------------------------------------------------------

    @property
    def keeps_template(self) -> bool:
        return SAVE in self.request.POST

    def keep_template(self, now: datetime) -> tuple[AskForm, ScheduleForm]:
        """The forms as they are shown again: as they were typed, or with what is wrong."""
        require(self.staff, Right.MANAGE_ACTIONS)
        kept = self._form(self.data, self.files, initial={}, is_template=True)
        if not all([kept.is_valid(), self.schedule.is_valid()]):
            return self.form, self.schedule
        self._add_template(kept, now)
        again = self._form(None, None, initial={**self.form.initial_of(kept.payload()), **self.form.typed()})
        return again, ScheduleForm(initial=self.schedule.cleaned_data, auto_id="remind_%s")

    def _add_template(self, kept: AskForm, now: datetime) -> None:
        firm, kind = self.staff.firm, self.asking.kind
        name = free_name(firm, kind, kept.cleaned_data["title"] or str(get_kind(kind).noun))
        words = words_of_template(name, None, kept, self.schedule)
        template = add_template(firm=firm, kind=kind, words=words, by=Actor.staff(self.staff, self.request), now=now)
        said = _("Saved as the template “%(name)s”, without people, days and files. It stands in the settings.")
        toast(self.request, said % {"name": template.name})


def initial_of_batch(batch: AskBatch) -> dict[str, Any]:
    """The words that it has already."""
    if batch.state == BatchState.DRAFT:
        return {}
    initial = {name: getattr(batch, name) for name in ("title", "due_on", "expires_on", "rule")}
    asking = get_asking(batch.kind)
    initial |= asking.form.initial_of(batch.payload)
    if is_usual_title(asking, batch.created_by, batch.payload, batch.title):
        initial["title"] = ""  # it changes with what it names
    return initial if batch.usual_message else {**initial, "message": batch.message}


def templates_context(request: HttpRequest, staff: Staff, asking: Asking) -> dict[str, object]:
    """The templates of the kind, as links to this page; and whether this person may add one."""
    links = []
    for template in templates_of(staff.firm, asking.kind):
        query = request.GET.copy()
        query["template"] = template.code
        links.append((template, f"?{query.urlencode()}"))
    return {"templates": links, "may_save_template": has_right(powers(staff), Right.MANAGE_ACTIONS)}
