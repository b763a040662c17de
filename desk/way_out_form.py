"""What staff give of a way out: for each provider the fields that it wants, and no others."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from firms.models import Firm
from ui.forms import LineField
from ways.enums import Provider, Tls
from ways.inputs import COLUMNS, WayInput
from ways.models import Way
from ways.providers import MAILGUN_URLS
from ways.services import kept_secrets

HOST = RegexValidator(
    re.compile(r"\A(?=.{1,253}\Z)(?!-)[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*\Z"),
    gettext_lazy("A name such as mail.example.com, without https:// and without spaces."),
)
WORD = RegexValidator(re.compile(r"\A[A-Za-z0-9_-]*\Z"), gettext_lazy("Letters, digits, - and _ alone."))
AMAZON_REGIONS = (
    "eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1", "eu-central-2", "eu-north-1", "eu-south-1", "us-east-1", "us-east-2",
    "us-west-1", "us-west-2", "ca-central-1", "ap-south-1", "ap-southeast-1", "ap-southeast-2", "ap-northeast-1", "sa-east-1",
)  # fmt: skip
FIELDS: Mapping[Provider, tuple[str, ...]] = {
    Provider.SMTP: ("host", "port", "tls", "username", "secret", "sender", "per_minute"),
    Provider.POSTMARK: ("secret", "sender", "per_minute"),
    Provider.MAILGUN: ("domain", "region", "secret", "signing_key", "sender", "per_minute"),
    Provider.AMAZON_SES: ("region", "username", "secret", "configuration_set", "sender", "per_minute"),
    Provider.BREVO: ("secret", "sender", "per_minute"),
}
SECRET_LABELS = {
    Provider.SMTP: gettext_lazy("Password"),
    Provider.POSTMARK: gettext_lazy("Server API token"),
    Provider.MAILGUN: gettext_lazy("Sending API key"),
    Provider.AMAZON_SES: gettext_lazy("Secret access key"),
    Provider.BREVO: gettext_lazy("API key"),
}


class SecretInput(forms.PasswordInput):
    """Never filled in, nor kept by the browser."""

    def __init__(self) -> None:
        super().__init__({"autocomplete": "new-password", "spellcheck": "false"}, render_value=False)


class WayForm(forms.Form):
    """`before` is the way whose values it begins with; its secret stays where the field is left empty."""

    host = LineField(label=gettext_lazy("Mail server"), max_length=253, validators=[HOST])
    port = forms.IntegerField(label=gettext_lazy("Port"), min_value=1, max_value=65535, initial=587)
    tls = forms.ChoiceField(label=gettext_lazy("Encryption"))
    domain = LineField(label=gettext_lazy("Sending domain"), max_length=253, validators=[HOST])
    region = forms.ChoiceField(label=gettext_lazy("Region"))
    username = LineField(label=gettext_lazy("User name"), max_length=200)
    secret = forms.CharField(max_length=400, strip=True, required=False, widget=SecretInput)
    signing_key = forms.CharField(
        label=gettext_lazy("Webhook signing key"), max_length=200, strip=True, required=False, widget=SecretInput,
        help_text=gettext_lazy(
            "Mailgun > Sending > Webhooks: “HTTP webhook signing key”. It shows that a reported bounce is Mailgun’s word, "
            "and not anybody’s."
        ),
    )  # fmt: skip
    configuration_set = LineField(
        label=gettext_lazy("Configuration set"), max_length=64, required=False, validators=[WORD],
        help_text=gettext_lazy("The one that publishes its events to the SNS topic, so that bounces are known here."),
    )  # fmt: skip
    sender = forms.EmailField(
        label=gettext_lazy("Sender address"), max_length=254, required=False,
        help_text=gettext_lazy("What clients see as the sender. Left empty, it stays %(address)s, which few servers let through."),
    )  # fmt: skip

    per_minute = forms.IntegerField(
        label=gettext_lazy("E-mails a minute at most"), required=False, min_value=1, max_value=100_000,
        help_text=gettext_lazy(
            "What is more waits its turn. Left empty, they leave as fast as the server takes them. "
            "Changed alone, it counts at once, without a test."
        ),
    )  # fmt: skip

    required_css_class = "required"

    def __init__(self, data: Any = None, *, firm: Firm, provider: Provider, before: Way | None) -> None:
        self.firm, self.provider = firm, provider
        first = {name: getattr(before, name) for name in COLUMNS} if before and before.provider == provider else {}
        super().__init__(data, initial={name: value for name, value in first.items() if value})
        for name in set(self.fields) - set(FIELDS[provider]):
            del self.fields[name]
        self.order_fields(list(FIELDS[provider]))
        self._say_what_is_meant(has_secret=bool(first))

    def _say_what_is_meant(self, *, has_secret: bool) -> None:
        self.fields["secret"].label = SECRET_LABELS[self.provider]
        self.fields["sender"].help_text = str(self.fields["sender"].help_text) % {"address": settings.MAIL_FROM}
        if has_secret:
            self.fields["secret"].help_text = _("Stored, and never shown. Leave it empty to keep it.")
        if has_secret and "signing_key" in self.fields:
            where = self.fields["signing_key"].help_text
            self.fields["signing_key"].help_text = f"{where} {_('What is stored stays where this is empty.')}"
        if self.provider == Provider.SMTP:
            self.fields["username"].required = False
            self._offer("tls", [(tls.value, tls.label) for tls in Tls if tls != Tls.NONE or settings.OUTGOING_ALLOWED])
        if self.provider == Provider.MAILGUN:
            self._offer("region", [(name, REGION_WORDS[name]) for name in sorted(MAILGUN_URLS)])
        if self.provider == Provider.AMAZON_SES:
            self.fields["username"].label = _("Access key ID")
            self._offer("region", [(name, name) for name in AMAZON_REGIONS])

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name in [] if self.errors else self._missing():
            self.add_error(name, _("Type it here: what is stored is for another server, user or domain, or there is nothing stored."))
        return cleaned

    def _missing(self) -> list[str]:
        """Neither typed nor stored."""
        kept = kept_secrets(self.firm, self.value)
        return [name for name in self._wanted() if not self.cleaned_data[name] and not getattr(kept, name)]

    def _wanted(self) -> Sequence[str]:
        """What must be typed or stored. A mail server in an intranet may ask for no password."""
        if self.provider == Provider.SMTP and not self.cleaned_data["username"]:
            return ()
        return ("secret", "signing_key") if self.provider == Provider.MAILGUN else ("secret",)

    @property
    def value(self) -> WayInput:
        return WayInput(provider=self.provider, **self.cleaned_data)


REGION_WORDS = {"eu": pgettext_lazy("Mailgun's region", "Europe"), "us": pgettext_lazy("Mailgun's region", "United States")}
