"""Accepting an invitation, and signing a firm up."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from firms.models import Staff
from firms.places import countries, usual_zone, zones_of
from ui.forms import LineField
from ui.languages import named_languages, reader_language


class FirstPasswordForm(forms.Form):
    """A first password, typed twice."""

    password1 = forms.CharField(
        label=_("Password"), strip=False, max_length=4096, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    password2 = forms.CharField(
        label=_("Password, again"), strip=False, max_length=4096, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def clean_password1(self) -> str:
        password: str = self.cleaned_data["password1"]
        validate_password(password)
        return password

    def clean(self) -> None:
        first, second = self.cleaned_data.get("password1"), self.cleaned_data.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("These are two different passwords. Type the same one twice."))


class WhoForm(forms.Form):
    """The address that somebody signs in with."""

    email = forms.EmailField(label=_("E-mail"), max_length=254)


class CodeForm(forms.Form):
    """Six digits out of an e-mail."""

    code = forms.CharField(
        label=_("Six-digit code"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )

    def clean_code(self) -> str:
        digits = "".join(character for character in self.cleaned_data["code"] if character in "0123456789")
        if len(digits) != 6:
            raise forms.ValidationError(_("The code has six digits. Please type it as it stands in the e-mail."))
        return digits


class ActCodeForm(CodeForm):
    """The second step of signing, approving, accepting: what cannot be a code is no try, and the page says so."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["class"] = "code-field"
        self.fields["code"].error_messages["required"] = _("Please enter the code from the e-mail.")

    def clean_code(self) -> str:
        code = "".join(str(self.cleaned_data["code"]).split())
        if not (len(code) == 6 and code.isascii() and code.isdigit()):
            raise forms.ValidationError(_("The code has six digits. Please look at the e-mail once more; this did not count as a try."))
        return code


class JoinForm(FirstPasswordForm):
    """One's name, confirmed, and a first password."""

    name = LineField(label=_("Your name"), max_length=120, help_text=_("As colleagues and clients will read it."))

    def __init__(self, data: Any = None, *, staff: Staff) -> None:
        super().__init__(data, initial={"name": staff.name}, field_order=["name", "password1", "password2"])


class SignUpForm(forms.Form):
    """A new firm and its owner."""

    required_css_class = "required"

    firm_name = LineField(label=_("Name of the firm"), max_length=120, help_text=_("As your clients will read it."))
    name = LineField(label=_("Your name"), max_length=120)
    email = forms.EmailField(label=_("Your e-mail"), max_length=254, help_text=_("The link to begin goes there; you will sign in with it."))
    country = forms.ChoiceField(label=_("Country"), initial="FR", help_text=_("Whose public holidays the firm keeps."))
    language = forms.ChoiceField(label=_("Language"), help_text=_("Of these pages and of e-mails, unless somebody chooses another."))

    def __init__(self, data: Any = None) -> None:
        reader = reader_language()
        super().__init__(data, initial={"language": reader})
        for name, choices in (("country", countries(reader)), ("language", named_languages())):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices

    @property
    def settings(self) -> dict[str, str]:
        """Columns of the firm; where its country has several time zones the guide asks which."""
        country: str = self.cleaned_data["country"]
        zone = usual_zone(country) or next(iter(zones_of(country)), "UTC")
        return {"country": country, "language": self.cleaned_data["language"], "time_zone": zone}
