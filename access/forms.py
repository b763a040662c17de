"""Accepting an invitation, and signing a firm up."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from firms.models import Staff
from ui.forms import LineField


class JoinForm(forms.Form):
    """One's name, confirmed, and a first password, typed twice."""

    name = LineField(label=_("Your name"), max_length=120, help_text=_("As colleagues and clients will read it."))
    password1 = forms.CharField(
        label=_("Password"), strip=False, max_length=4096, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    password2 = forms.CharField(
        label=_("Password, again"), strip=False, max_length=4096, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, data: Any = None, *, staff: Staff) -> None:
        super().__init__(data, initial={"name": staff.name})
        self.staff = staff

    def clean_password1(self) -> str:
        password: str = self.cleaned_data["password1"]
        validate_password(password, self.staff.user)
        return password

    def clean(self) -> None:
        first, second = self.cleaned_data.get("password1"), self.cleaned_data.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("These are two different passwords. Type the same one twice."))
