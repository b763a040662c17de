"""Signing and declining."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.models import Account
from ui.forms import LineField


class SignForm(forms.Form):
    """The first step: the name and the yes. The code follows."""

    typed_name = LineField(label=gettext_lazy("Your name, as on the document"), max_length=160)
    accepted = forms.BooleanField()

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["typed_name"].widget.attrs.update({"autocomplete": "name"})
        self.fields["typed_name"].error_messages["required"] = _("Please type your name.")
        self.fields["accepted"].label = _("I have read the document and accept it on behalf of %(account)s.") % {"account": account.name}
        self.fields["accepted"].error_messages["required"] = _("Please tick this once you have read the document.")


class DeclineForm(forms.Form):
    """The first step of a refusal: why. The code follows."""

    reason = forms.CharField(label=gettext_lazy("Why do you not want to sign?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].error_messages["required"] = _("Please say in a few words why: your contact at the firm will read it.")


class CodeForm(forms.Form):
    """Six digits; blanks between them are forgiven, and what cannot be a code is no try."""

    code = forms.CharField(
        label=gettext_lazy("Six-digit code"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "class": "code-field"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].error_messages["required"] = _("Please enter the code from the e-mail.")

    def clean_code(self) -> str:
        code = "".join(str(self.cleaned_data["code"]).split())
        if not (len(code) == 6 and code.isascii() and code.isdigit()):
            raise forms.ValidationError(_("The code has six digits. Please look at the e-mail once more; this did not count as a try."))
        return code
