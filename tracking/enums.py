"""What is reported of an e-mail once it has left."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class ReportKind(TextChoices):
    """What a provider says became of an e-mail, in words of ours; what none of them fits is a value too."""

    DELIVERED = "delivered", pgettext_lazy("report", "Delivered")
    DEFERRED = "deferred", pgettext_lazy("report", "Delayed")
    BOUNCED = "bounced", pgettext_lazy("report", "Bounced for good")
    RETURNED = "returned", pgettext_lazy("report", "Bounced for now")  # a full mailbox, for example: the provider tries no more
    REJECTED = "rejected", pgettext_lazy("report", "Not sent by the provider")
    COMPLAINED = "complained", pgettext_lazy("report", "Marked as unwanted")
    UNSUBSCRIBED = "unsubscribed", pgettext_lazy("report", "Unsubscribed at the provider")
    UNKNOWN = "unknown", pgettext_lazy("report", "Something else")
