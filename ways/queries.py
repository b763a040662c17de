"""Reads of the ways out, firm first."""

from ways.models import DRAFT, IN_USE, Way


def find_way_in_use(firm_id: int) -> Way | None:
    """The firm's own way out, also while it is stopped; None: by the deployment's."""
    return Way.objects.filter(IN_USE, firm=firm_id).first()


def find_stopped_way(firm_id: int) -> Way | None:
    """The firm's own, while nothing leaves by it."""
    return Way.objects.filter(IN_USE, firm=firm_id, broken_at__isnull=False).first()


def find_draft(firm_id: int) -> Way | None:
    """What is being tried out."""
    return Way.objects.filter(DRAFT, firm=firm_id).first()


def find_last_ended(firm_id: int) -> Way | None:
    """What could be taken up again."""
    return Way.objects.filter(firm=firm_id, ended_at__isnull=False).exclude(sealed=b"").order_by("-ended_at", "-pk").first()
