"""The words of the ways out."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Provider(TextChoices):
    """Through whom a firm sends; the value is the last part of Anymail's module and of the webhook's address."""

    SMTP = "smtp", _("Mail server (SMTP)")
    POSTMARK = "postmark", "Postmark"
    MAILGUN = "mailgun", "Mailgun"
    AMAZON_SES = "amazon_ses", "Amazon SES"
    BREVO = "brevo", "Brevo"

    @property
    def tells_back(self) -> bool:
        """Whether it calls a webhook; what a mail server returns comes by mail."""
        return self != Provider.SMTP


class Tls(TextChoices):
    """How the line to a mail server is encrypted."""

    STARTTLS = "starttls", _("STARTTLS, usually port 587")
    IMPLICIT = "implicit", _("TLS from the start, usually port 465")
    NONE = "none", _("None, in an intranet alone")
