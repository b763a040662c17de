"""Settings > Firm settings: how the firm is reached, and how its e-mails to clients look."""

from collections.abc import Mapping
from copy import copy
from typing import Any

from django import forms
from django.core import signing
from django.db.models import Field
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desk.drawn import Drawn
from desk.web_addresses import WebAddressField, WhatsAppField
from firms.changes import Change, change_fields, said
from firms.enums import SocialNetwork
from firms.logo_reading import NotALogo, read_logo
from firms.logos import Logo
from firms.models import LOOK, Firm
from notifications.copies import is_no_reply
from notifications.rendering import dressed
from templates_email.slots import is_color
from ui.forms import LineField, SwitchInput

CONTACT = ("name", "email", "address_line", "phone", "website", "reply_to")
COPIES = ("copy_on", "copy_to")
SWITCHES = ("show_contact", "show_social", "show_logo", "show_context")
COLUMNS = (*CONTACT, *COPIES, *SocialNetwork.values, "color", *SWITCHES)
LOGO_SALT = "relance.kept-logo"
DRAFT_SECONDS = 24 * 3600  # how long a logo that was chosen waits in a form that had other errors


class FirmForm(Drawn, forms.ModelForm):  # type: ignore[type-arg]
    """`instance` becomes the firm as it would be: a copy, with what was typed where that is good. The logo stands apart.

    A picture chosen beside another field's error comes back in `kept_logo`, signed: browsers forget it.
    """

    required_css_class = "required"

    name = LineField(label=gettext_lazy("Firm name"), max_length=120)
    address_line = LineField(label=gettext_lazy("Address"), max_length=200, required=False)
    phone = LineField(label=gettext_lazy("Phone"), max_length=40, required=False)
    website = WebAddressField(label=gettext_lazy("Website"), required=False)
    linkedin = WebAddressField(label="LinkedIn", required=False)
    facebook = WebAddressField(label="Facebook", required=False)
    x = WebAddressField(label="X", required=False)
    instagram = WebAddressField(label="Instagram", required=False)
    youtube = WebAddressField(label="YouTube", required=False)
    whatsapp = WhatsAppField(label="WhatsApp", required=False)
    tiktok = WebAddressField(label="TikTok", required=False)
    color = forms.CharField(label=gettext_lazy("Button colour"), max_length=7, widget=forms.ColorInput)
    logo_file = forms.FileField(
        label=gettext_lazy("Logo upload"), required=False, widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"})
    )
    kept_logo = forms.CharField(required=False, widget=forms.HiddenInput)
    remove_logo = forms.BooleanField(label=gettext_lazy("Remove the logo"), required=False)

    class Meta:
        model = Firm
        fields = COLUMNS
        widgets = dict.fromkeys(("copy_on", *SWITCHES), SwitchInput)

    def __init__(self, data: Any = None, files: Any = None, *, firm: Firm) -> None:
        super().__init__(data, files, instance=copy(firm))
        self.firm = firm
        self.logo: Logo | None = None
        self.watch(COLUMNS)

    def clean_color(self) -> str:
        color = str(self.cleaned_data["color"])
        if not is_color(color):
            raise forms.ValidationError(_("Write the colour like #1d5546, or choose it from the palette."))
        return color.lower()

    def clean_copy_to(self) -> str:
        email = str(self.cleaned_data["copy_to"])
        if email and is_no_reply(email):
            raise forms.ValidationError(_("Nobody reads a no-reply address: choose one that somebody opens."))
        if self.cleaned_data.get("copy_on") and not email:
            raise forms.ValidationError(_("Type the address that is to receive the copies, or switch them off."))
        return email

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        try:
            self.logo = read_logo(data["logo_file"]) if data.get("logo_file") else _kept(data.get("kept_logo", ""))
        except NotALogo as error:
            self.add_error("logo_file", str(error))
        self.refuse_what_has_changed_meanwhile()
        return data

    def present(self, name: str) -> object:
        return getattr(self.firm, name)

    def present_said(self, name: str) -> object:
        return said(column_of(name), self.present(name))

    @property
    def values(self) -> dict[str, object]:
        """What `change_settings` takes: the fields that were changed on this page, and are good."""
        columns: dict[str, object] = {name: self.cleaned_data[name] for name in self.changed_here if name in self.cleaned_data}
        if self.logo is not None:
            return {**columns, "logo": self.logo}
        return {**columns, "logo": None} if self.cleaned_data.get("remove_logo") else columns

    @property
    def as_it_would_be(self) -> Firm:
        """For the preview, not to be saved. A logo that was chosen stands apart, in `logo`."""
        without_logo = self.is_bound and self.logo is None and self.cleaned_data.get("remove_logo")
        return dressed(self.instance, {"logo": ""}) if without_logo else self.instance

    @property
    def changes(self) -> list[Change]:
        """What saving would change, as the save bar names it."""
        columns = {name: value for name, value in self.values.items() if name != "logo"}
        logo = [Change(_("Logo"), "", "", "logo")] if "logo" in self.values and (self.logo or self.firm.logo) else []
        return [*change_fields(copy(self.firm), columns), *logo]

    @property
    def look(self) -> Mapping[str, object]:
        """What clients see of the firm, for a sample; the logo is the saved one."""
        return {name: getattr(self.instance, name) for name in (*LOOK, "reply_to") if name != "logo"}

    def keep_logo(self) -> None:
        """Before the form is shown again: the picture stays, whatever else was wrong."""
        if self.logo is not None and isinstance(self.data, QueryDict):
            kept = [self.logo.content.hex(), self.logo.width, self.logo.height]
            data = self.data.copy()
            data["kept_logo"] = signing.dumps(kept, salt=LOGO_SALT, compress=True)
            self.data = data


def column_of(name: str) -> "Field[object, object]":
    field = Firm._meta.get_field(name)
    assert isinstance(field, Field)
    return field


def _kept(signed: str) -> Logo | None:
    """Our own work alone comes back; whatever else is posted there is passed over."""
    try:
        content, width, height = signing.loads(signed, salt=LOGO_SALT, max_age=DRAFT_SECONDS) if signed else ("", 0, 0)
    except signing.BadSignature:
        return None
    return Logo(bytes.fromhex(content), width, height) if content else None
