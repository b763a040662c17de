"""The guide through a new firm's first settings: four short steps, each saved by itself; two of them may be skipped, and all can wait."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from desk.firm_form import FirmForm
from desk.place import NameAndPlaceForm, asks_for_regions
from firms.actors import Actor
from firms.doors import admins_only, powers, staff_of
from firms.models import Firm, Staff
from firms.rules import may_change_settings
from firms.services import save_set_up_step
from lib import clock
from reminders.settings import change_place
from ui.forms import posted
from ui.toasts import toast

SHOWN, HIDDEN = "yes", "no"


class StepForm(FirmForm):
    """Some of the firm's settings; they are checked as on the page that has them all."""

    kept: tuple[str, ...] = ()

    def __init__(self, data: Any = None, files: Any = None, *, firm: Firm) -> None:
        super().__init__(data, files, firm=firm)
        for name in set(self.fields) - set(self.kept):
            del self.fields[name]


class ContactStep(StepForm):
    kept = ("email", "address_line", "phone", "website")


class LookStep(StepForm):
    kept = ("color", "logo_file", "kept_logo", "remove_logo")


class ContextStep(forms.Form):
    """M5: nothing is chosen beforehand, and an answer is needed."""

    show_context = forms.ChoiceField(
        label=gettext_lazy("May the e-mails show what a request is about?"),
        widget=forms.RadioSelect,
        choices=[
            (HIDDEN, gettext_lazy("No: only that something waits")),
            (SHOWN, gettext_lazy("Yes: title, message and file name")),
        ],
        error_messages={"required": gettext_lazy("Choose one of the two. You can change it at any time in the firm settings.")},
    )

    @property
    def values(self) -> dict[str, object]:
        return {"show_context": self.cleaned_data["show_context"] == SHOWN}


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the guide; `make` gives its form for a request. What is `optional` may be skipped: the settings have it too."""

    title: str | Promise
    template: str
    make: Callable[[HttpRequest, Firm], Any]
    optional: bool = False


STEPS = (
    Step(
        gettext_lazy("Name and place"),
        "desk/set_up_place.html",
        lambda request, firm: NameAndPlaceForm(posted(request), firm=firm, country=request.GET.get("country", "")),
    ),
    Step(
        gettext_lazy("Contact details"),
        "desk/set_up_contact.html",
        lambda request, firm: ContactStep(posted(request), firm=firm),
        optional=True,
    ),
    Step(
        gettext_lazy("Logo and colour"),
        "desk/set_up_look.html",
        lambda request, firm: LookStep(posted(request), request.FILES or None, firm=firm),
        optional=True,
    ),
    Step(gettext_lazy("What e-mails show"), "desk/set_up_context.html", lambda request, firm: ContextStep(posted(request))),
)


@admins_only
@require_safe
def setup(request: HttpRequest) -> HttpResponse:
    """The step that comes next; a firm that is set up has its settings pages."""
    firm = staff_of(request).firm
    return redirect("settings_firm") if firm.set_up_at else redirect("setup_step", next_step(firm))


def next_step(firm: Firm) -> int:
    return min(firm.set_up_step + 1, len(STEPS))


@admins_only
@vary_on_headers("HX-Request")
@require_http_methods(["GET", "HEAD", "POST"])
def setup_step(request: HttpRequest, number: int) -> HttpResponse:
    """Forwards by saving, or by skipping where that is allowed; backwards at will."""
    staff = staff_of(request)
    if not 1 <= number <= len(STEPS):
        raise Http404
    if staff.firm.set_up_at or number > next_step(staff.firm):
        return redirect("setup")
    step = STEPS[number - 1]
    if request.method == "POST" and step.optional and "skip" in request.POST:
        return go_on(request, staff, number, {})
    form = step.make(request, staff.firm)
    if request.method == "POST" and form.is_valid():
        return go_on(request, staff, number, form.values)
    if isinstance(form, NameAndPlaceForm) and asks_for_regions(request):
        return render(request, "desk/_place_where.html", {"form": form})
    if isinstance(form, FirmForm):
        form.keep_logo()
    return render(request, step.template, {"form": form, "steps": STEPS, "number": number, "saved": staff.firm.set_up_step, "step": step})


def go_on(request: HttpRequest, staff: Staff, number: int, values: dict[str, object]) -> HttpResponse:
    by, now = Actor.staff(staff, request), clock.now()
    change_place(firm=staff.firm, by=by, now=now, **values)
    last = number == len(STEPS)
    save_set_up_step(firm=staff.firm, step=number, last=last, now=now)
    if not last:
        return redirect("setup_step", number + 1)
    toast(request, _("%(firm)s is set up. All of it can be changed in the settings.") % {"firm": staff.firm.name})
    return redirect("home")


@dataclass(frozen=True, slots=True)
class Unfinished:
    """How far the guide has been gone through, for the start page."""

    done: int
    of: int


def unfinished(staff: Staff) -> Unfinished | None:
    """Nothing once the firm is set up, nor for whoever may not change its settings."""
    if staff.firm.set_up_at or not may_change_settings(powers(staff)):
        return None
    return Unfinished(staff.firm.set_up_step, len(STEPS))
