"""Settings > Firm settings, its preview, and the sample that one sends to oneself. For owner and admins (A19)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_http_methods, require_POST

from desk.email_preview import POLICY, Wanted, page_of, preview_of
from desk.firm_form import SWITCHES, FirmForm
from desk.settings_frame import frame
from firms.actors import Actor
from firms.doors import admins_only, staff_of
from firms.enums import SocialNetwork
from lib import clock
from notifications.owners import change_settings
from notifications.samples import CLIENT_EVENTS, send_sample
from ui.colors import WHITE, contrast, text_on
from ui.forms import posted
from ui.toasts import toast

FORM = ["GET", "HEAD", "POST"]


def form_of(request: HttpRequest) -> FirmForm:
    return FirmForm(posted(request), request.FILES or None, firm=staff_of(request).firm)


@admins_only
@require_http_methods(FORM)
def settings_firm(request: HttpRequest) -> HttpResponse:
    staff, form = staff_of(request), form_of(request)
    if request.method == "POST" and form.is_valid():
        changes = change_settings(firm=staff.firm, by=Actor.staff(staff, request), now=clock.now(), **form.values)
        toast(request, _("Saved. The next e-mail already looks like this.") if changes else _("Nothing was changed."))
        return redirect("settings_firm")
    form.keep_logo()
    context = {
        "form": form,
        "social_fields": [form[network] for network in SocialNetwork],
        "switch_fields": [form[name] for name in SWITCHES],
        "events": CLIENT_EVENTS.items(),
        **effect_of(request, form),
    }
    return render(request, "desk/settings_firm.html", {**frame(request, "settings_firm"), **context})


@admins_only
@require_http_methods(FORM)
@xframe_options_sameorigin
@csp_override(POLICY)
def settings_firm_preview(request: HttpRequest) -> HttpResponse:
    """The e-mail in its frame: as saved by GET, as the form stands by POST. Writes nothing."""
    form = form_of(request)
    form.is_valid()
    wanted = Wanted.of(request.POST or request.GET, form.firm)
    return page_of(preview_of(form.as_it_would_be, wanted, form.logo, clock.now()), wanted, form.logo)


@admins_only
@require_POST
def settings_firm_effect(request: HttpRequest) -> HttpResponse:
    """What stands around the preview while one types: sender and subject, the colour's contrast, what Save would change."""
    form = form_of(request)
    form.is_valid()
    return render(request, "desk/settings_firm.html#effect", {"form": form, **effect_of(request, form), "oob": True})


@admins_only
@require_POST
def settings_firm_sample(request: HttpRequest) -> HttpResponse:
    """Sends what the preview shows to whoever presses the button."""
    staff, form = staff_of(request), form_of(request)
    form.is_valid()
    wanted, by = Wanted.of(request.POST, staff.firm), Actor.staff(staff, request)
    send_sample(staff=staff, event=wanted.event, language=wanted.language, look=form.look, by=by, now=clock.now())
    toast(request, _("A sample is on its way to %(email)s.") % {"email": staff.user.email})
    return render(request, "ui/toasts_oob.html")


def effect_of(request: HttpRequest, form: FirmForm) -> dict[str, object]:
    wanted = Wanted.of(request.POST or request.GET, form.firm)
    rendered = preview_of(form.as_it_would_be, wanted, form.logo, clock.now())
    color, text = form.instance.color, text_on(form.instance.color)
    return {
        "wanted": wanted,
        "subject": rendered.subject,
        "sender": rendered.sender_name,
        "white_text": text == WHITE,
        "contrast": contrast(text, color),
        "changes": form.changes if form.is_bound else [],
    }
