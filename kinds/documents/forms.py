"""Saying that all documents are sent."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _


class CompleteForm(forms.Form):
    """The tick is what nobody sets by chance: neither a finger on a phone nor a program that follows and posts every link."""

    sure = forms.BooleanField()

    def __init__(self, *args: Any, what: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sure"].label = _("I have sent everything for %(what)s.") % {"what": what}
        self.fields["sure"].error_messages["required"] = _("Please tick this once everything is sent.")
