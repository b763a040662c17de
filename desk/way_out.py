"""Settings > Mail service: by which server or provider clients' e-mails leave, tried before it is used, and what it reports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access.second_steps import ask_once_more
from desk.settings_frame import frame
from desk.way_out_form import WayForm
from firms.actors import Actor
from firms.doors import admins_only, powers, staff_of
from firms.models import Firm, Staff
from firms.rules import may_change_settings
from lib import clock
from lib.sealing import CannotUnseal
from lib.throttles import spend
from notifications.way_out import switch_back, take_into_use, take_up_again
from tracking.models import Report
from tracking.places import hook_url
from ui.forms import posted
from ui.toasts import toast
from ways.enums import Provider
from ways.inputs import WayInput
from ways.models import Way
from ways.pacing import find_pace_used_up
from ways.queries import find_draft, find_last_ended, find_stopped_way, find_way_in_use
from ways.services import change_pace, discard_draft, save_draft, start_way
from ways.trying import DIGITS, test_code, try_on_commit

TRIES = 10  # test messages of a firm, and codes that are typed, within an hour
LAST = 10  # reports on the page
WHERE: Mapping[Provider, Promise] = {
    Provider.POSTMARK: gettext_lazy(
        "Postmark > your server > Message streams > Transactional > Webhooks: add this address; tick delivery, bounce, spam complaint and "
        "subscription change."
    ),
    Provider.MAILGUN: gettext_lazy(
        "Mailgun > Sending > Webhooks, for your domain: add this address for delivered, temporary and permanent failure, spam complaints "
        "and unsubscribes."
    ),
    Provider.AMAZON_SES: gettext_lazy(
        "Amazon SNS: subscribe this address by HTTPS to a topic, and let the configuration set publish delivery, bounce, complaint and "
        "reject events to it, with the original headers. The subscription confirms itself."
    ),
    Provider.BREVO: gettext_lazy(
        "Brevo > Transactional > Settings > Webhook: add this address; tick delivered, deferred, bounces, complaint, blocked, invalid and "
        "unsubscribed."
    ),
}


class CodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Code from the test message"), max_length=DIGITS + 4,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hook:
    """The address for the provider, and where it is entered; `lacks_key`: what it signs with is not known here."""

    url: str
    where: str
    lacks_key: bool


@admins_only
@require_safe
def settings_way(request: HttpRequest) -> HttpResponse:
    return render(request, "desk/settings_way.html", {**frame(request, "settings_way"), **way_context(staff_of(request).firm)})


def way_context(firm: Firm) -> dict[str, object]:
    way = find_way_in_use(firm.pk)
    return {
        "way": way,
        "paced": find_pace_used_up(firm.pk, clock.machine_now()) if way and way.per_minute else None,
        "draft": find_draft(firm.pk),
        "ended": None if way else find_last_ended(firm.pk),
        "hook": hook_of(way) if way else None,
        "reports": last_reports(way) if way else (),
        "providers": list(Provider),
        "code_form": CodeForm(),
    }


def hook_of(way: Way) -> Hook | None:
    provider = Provider(way.provider)
    if not provider.tells_back:
        return None
    try:
        secrets = way.credentials
    except CannotUnseal:
        return None
    lacks_key = provider == Provider.MAILGUN and not secrets.signing_key
    return Hook(hook_url(provider, secrets.hook, secrets.hook_password), str(WHERE[provider]), lacks_key)


def last_reports(way: Way) -> Sequence[Report]:
    return list(Report.objects.filter(firm=way.firm_id, way=way).select_related("message")[:LAST])


@admins_only
@require_http_methods(["GET", "HEAD", "POST"])
def settings_way_edit(request: HttpRequest) -> HttpResponse:
    """Fills it in; saving sends a test message by it at once, and nothing else. The pace alone needs none."""
    staff, provider = staff_of(request), request.GET.get("through", Provider.SMTP)
    if provider not in Provider.values:
        raise Http404
    before = find_draft(staff.firm.pk) or find_way_in_use(staff.firm.pk)
    form = WayForm(posted(request), firm=staff.firm, provider=Provider(provider), before=before)
    if request.method == "POST" and form.is_valid():
        if changes_pace_alone(staff.firm, form.value):
            change_pace(firm=staff.firm, per_minute=form.value.per_minute, by=Actor.staff(staff, request), now=clock.now())
            toast(request, _("Saved: it counts from the next e-mail on."))
            return redirect("settings_way")
        if spend("way-test", str(staff.firm.pk), most=TRIES):
            test(staff, form)
            return redirect("settings_way")
        form.add_error(None, _("Ten test messages within an hour are the most. Wait a while."))
    context = {**frame(request, "settings_way"), "form": form, "provider": Provider(provider)}
    return render(request, "desk/settings_way_edit.html", context)


def changes_pace_alone(firm: Firm, given: WayInput) -> bool:
    """Of what is in use: there is nothing to test."""
    way = find_way_in_use(firm.pk)
    return way is not None and find_draft(firm.pk) is None and given.differs_in_pace_alone(way)


def test(staff: Staff, form: WayForm) -> None:
    now = clock.now()
    draft = save_draft(firm=staff.firm, given=form.value, now=now)
    try_on_commit(draft, staff, now)


@admins_only
@require_POST
def settings_way_use(request: HttpRequest) -> HttpResponse:
    """The code proves that the test message has arrived."""
    staff, draft, form = staff_of(request), find_draft(staff_of(request).firm.pk), CodeForm(request.POST)
    ask_once_more(request)
    typed = "".join(form.cleaned_data["code"].split()) if form.is_valid() else ""
    if draft is None or not spend("way-code", str(staff.firm.pk), most=TRIES) or not constant_time_compare(typed, test_code(draft)):
        messages.error(request, _("This is not the code of the last test message. Look once more, or send another test."))
        return redirect("settings_way")
    first = find_way_in_use(staff.firm.pk) is None
    if take_into_use(firm=staff.firm, by=Actor.staff(staff, request), now=clock.now()):
        toast(request, _("In use: the next e-mail to a client leaves by it."), undo_url=reverse("settings_way_back") if first else "")
    return redirect("settings_way")


@admins_only
@require_POST
def settings_way_back(request: HttpRequest) -> HttpResponse:
    staff = staff_of(request)
    ask_once_more(request)
    if switch_back(firm=staff.firm, by=Actor.staff(staff, request), now=clock.now()):
        toast(request, _("E-mails to clients leave by this server’s own way again."), undo_url=reverse("settings_way_again"))
    return redirect("settings_way")


@admins_only
@require_POST
def settings_way_again(request: HttpRequest) -> HttpResponse:
    staff = staff_of(request)
    ask_once_more(request)
    if take_up_again(firm=staff.firm, by=Actor.staff(staff, request), now=clock.now()):
        toast(request, _("In use again."), undo_url=reverse("settings_way_back"))
    return redirect("settings_way")


@admins_only
@require_POST
def settings_way_retry(request: HttpRequest) -> HttpResponse:
    """After something was mended elsewhere, at the provider for example."""
    start_way(firm=staff_of(request).firm, now=clock.now())
    toast(request, _("It is tried again at once. Should it be refused again, this page says so."))
    return redirect("settings_way")


@admins_only
@require_POST
def settings_way_discard(request: HttpRequest) -> HttpResponse:
    discard_draft(firm=staff_of(request).firm)
    toast(request, _("Discarded. Nothing has changed for your clients."))
    return redirect("settings_way")


def stopped_way(staff: Staff) -> Way | None:
    """What the banner tells whoever can do something about it; one query for them, none for others."""
    return find_stopped_way(staff.firm.pk) if may_change_settings(powers(staff)) else None
