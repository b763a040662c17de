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
