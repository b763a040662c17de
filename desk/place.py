"""Settings > Place and language: whose public holidays the firm keeps, by which clock, in which language it writes."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from clients.forms import time_zones
from desk.settings_frame import frame
from firms.actors import Actor
from firms.doors import admins_only, staff_of
from firms.models import Firm
from firms.places import countries, country_codes, regions_of, usual_zone, zones_of
from lib import clock
from reminders.settings import change_place
from ui.forms import LineField, posted
from ui.languages import named_languages, reader_language
from ui.toasts import toast

Groups = list[tuple[str, Any]]


class PlaceForm(forms.Form):
    """Regions and first time zones are those of the country that is chosen: posted, asked for, or the firm's."""

    required_css_class = "required"

    language = forms.ChoiceField(
        label=gettext_lazy("Language"), help_text=gettext_lazy("Of e-mails, for everybody who has not chosen another.")
    )
    country = forms.ChoiceField(label=gettext_lazy("Country"), help_text=gettext_lazy("Whose public holidays the firm keeps."))
    region = forms.ChoiceField(
        label=gettext_lazy("Region"),
        required=False,
        error_messages={"invalid_choice": gettext_lazy("This region belongs to another country. Choose the region once more.")},
    )
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        help_text=gettext_lazy("By its clock reminders go out and days begin, unless a client has another."),
    )

    def __init__(self, data: Any = None, *, firm: Firm, country: str = "") -> None:
        chosen = (data or {}).get("country", country) or firm.country
        self.firm, self.chosen = firm, str(chosen) if chosen in country_codes() else firm.country
        super().__init__(data, initial=self._first())
        self.has_regions = bool(regions_of(self.chosen))
        self._offer("language", named_languages())
        self._offer("country", countries(reader_language()))
        self._offer("region", [("", _("The whole country")), *regions_of(self.chosen)])
        self._offer("time_zone", time_zones(_("Choose a time zone"), firm=firm, country=self.chosen))

    def _first(self) -> dict[str, str]:
        """What the firm has; where the country is another, what is usual there."""
        firm = self.firm
        own = {"language": firm.language, "country": self.chosen, "region": firm.region, "time_zone": firm.time_zone}
        if self.chosen == firm.country:
            return own
        zone = firm.time_zone if firm.time_zone in zones_of(self.chosen) else usual_zone(self.chosen)
        return {**own, "region": "", "time_zone": zone}

    def _offer(self, name: str, choices: Groups) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    @property
    def values(self) -> dict[str, object]:
        """Columns of the firm."""
        return dict(self.cleaned_data)


class NameAndPlaceForm(PlaceForm):
    """The first step of the guide."""

    name = LineField(label=gettext_lazy("Firm name"), max_length=120, help_text=gettext_lazy("As your clients read it in every e-mail."))
    field_order = ("name", "language", "country", "region", "time_zone")

    def _first(self) -> dict[str, str]:
        return {"name": self.firm.name, **super()._first()}


@admins_only
@vary_on_headers("HX-Request")
@require_http_methods(["GET", "HEAD", "POST"])
def settings_place(request: HttpRequest) -> HttpResponse:
    staff = staff_of(request)
    form = PlaceForm(posted(request), firm=staff.firm, country=request.GET.get("country", ""))
    if request.method == "POST" and form.is_valid():
        changes = change_place(firm=staff.firm, by=Actor.staff(staff, request), now=clock.now(), **form.values)
        toast(request, _("Saved.") if changes else _("Nothing was changed."))
        return redirect("settings_place")
    if asks_for_regions(request):
        return render(request, "desk/_place_where.html", {"form": form})
    return render(request, "desk/settings_place.html", {**frame(request, "settings_place"), "form": form})


def asks_for_regions(request: HttpRequest) -> bool:
    """The country was changed on the page: what depends on it is drawn anew."""
    return bool(request.htmx) and request.method == "GET" and "country" in request.GET  # type: ignore[attr-defined]
