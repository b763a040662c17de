"""How many months the texts of e-mails are kept."""

from django import forms
from django.utils.translation import gettext_lazy as _

SHORTEST, LONGEST = 3, 120


class KeepForm(forms.Form):
    keep_months = forms.IntegerField(
        label=_("Months that e-mails are kept"),
        min_value=SHORTEST,
        max_value=LONGEST,
        help_text=_("After them what an e-mail said goes for good, with its subject. That it went, when and to whom stays."),
    )
