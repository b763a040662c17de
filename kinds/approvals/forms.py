"""Approving and refusing: the first step; the code follows. And the message with which approval is requested once more."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext


class ApproveForm(forms.Form):
    """The yes to `count` documents."""

    accepted = forms.BooleanField()

    def __init__(self, *args: Any, count: int, account: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["accepted"].label = ngettext(
            "I have read the document and approve it on behalf of %(account)s.",
            "I have read the %(count)s documents and approve them on behalf of %(account)s.",
            count,
        ) % {"count": count, "account": account}
        self.fields["accepted"].error_messages["required"] = ngettext(
            "Please tick this once you have read the document.", "Please tick this once you have read the documents.", count
        )


class RefuseForm(forms.Form):
    """The no, and why."""

    comment = forms.CharField(label=gettext_lazy("What is not right?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["comment"].error_messages["required"] = _("Please say in a few words what is not right: your contact will read it.")
