"""What leaves by a firm's own way out: what its clients get, but for codes and what opens a login, which never pass its server."""

from django.db.models import Exists, OuterRef, Q

from notifications.enums import Audience, Priority
from notifications.models import Notice

BY_OWN_WAY = Q(audience=Audience.CLIENT, priority__gt=Priority.ACCESS)


def leaves_by_own_way(notice: Notice) -> bool:
    """As `BY_OWN_WAY`, of one; a message leaves as its first notice does."""
    return notice.audience == Audience.CLIENT and notice.priority > Priority.ACCESS


def messages_by_own_way() -> Exists:
    """Of a queryset of messages those that leave by it."""
    return Exists(Notice.objects.filter(BY_OWN_WAY, firm=OuterRef("firm"), message=OuterRef("pk")))
