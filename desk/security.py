"""Settings > Sign-in and security: whether everybody of the team signs in with two steps, and who does already."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from access.queries import list_colleagues
from access.second_steps import ask_once_more
from desk.settings_frame import frame
from firms.actors import Actor
from firms.doors import admins_only, staff_of
from lib import clock
from notifications.owners import change_settings
from ui.forms import SwitchInput, posted
from ui.toasts import toast


class SecurityForm(forms.Form):
    """Whoever demands a second step has one: otherwise their next click would lead them away."""

    require_mfa = forms.BooleanField(
        label=gettext_lazy("Everybody of the team signs in with two steps"),
        help_text=gettext_lazy(
            "The password, and a code from an app or a passkey. Colleagues without a second step are led to where they add one, at "
            "their next click; until then they see nothing else. Clients choose for themselves."
        ),
        required=False,
        widget=SwitchInput,
    )

    def __init__(self, *args: object, has_own: bool, demanded: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.has_own = has_own
        self.demanded = demanded

    def clean_require_mfa(self) -> bool:
        wanted: bool = self.cleaned_data["require_mfa"]
        if wanted and not self.demanded and not self.has_own:
            raise forms.ValidationError(_("You have no second step yourself. Add one under “My sign-in”, then switch this on."))
        return wanted


@admins_only
@require_http_methods(["GET", "HEAD", "POST"])
def settings_security(request: HttpRequest) -> HttpResponse:
    staff = staff_of(request)
    colleagues = list_colleagues(staff.firm)
    has_own = any(each.has_second_step for each in colleagues if each.staff.pk == staff.pk)
    form = SecurityForm(
        posted(request),
        initial={"require_mfa": staff.firm.require_mfa},
        has_own=has_own,
        demanded=staff.firm.require_mfa,
    )
    if request.method == "POST" and form.is_valid():
        if staff.firm.require_mfa and not form.cleaned_data["require_mfa"]:
            ask_once_more(request)
        change_settings(firm=staff.firm, by=Actor.staff(staff, request), now=clock.now(), **form.cleaned_data)
        toast(request, _("Saved. It applies from everybody’s next click."))
        return redirect("settings_security")
    context = {**frame(request, "settings_security"), "form": form, "colleagues": colleagues, "has_own": has_own}
    return render(request, "desk/security.html", context)
