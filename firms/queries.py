"""Reads about the firm, firm first."""

from django.db import connection
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from firms.enums import Role
from firms.models import ActivityLine, FailedTask, Firm, LogSeal, Staff


def find_firm_id_by_code(code: str) -> int | None:
    """The firm behind a public code, before anybody has signed in."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT firm_of_code(%s)", [code])
        (firm_id,) = cursor.fetchone()
    return None if firm_id is None else int(firm_id)


def list_firm_ids() -> list[int]:
    """Every firm of the deployment, for ticks that visit them one by one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT all_firms()")
        return [row[0] for row in cursor.fetchall()]


def active_staff(firm: Firm) -> QuerySet[Staff]:
    return Staff.objects.filter(firm=firm, left_at=None).select_related("user")


def get_colleague_for(staff: Staff, code: str) -> Staff:
    """Somebody who works in the firm; another firm's, and whoever has left, is 404."""
    return get_object_or_404(active_staff(staff.firm).select_related("firm"), code=code)


def owners_of(firm: Firm) -> QuerySet[Staff]:
    """The firm's owners at work, the one of longest standing first."""
    return active_staff(firm).filter(role=Role.OWNER).order_by("pk")


def owner_address(firm: Firm) -> str:
    """Of the owner of longest standing."""
    owner = owners_of(firm).first()
    return owner.user.email if owner else firm.email


def open_failed_tasks(firm: Firm) -> QuerySet[FailedTask]:
    return FailedTask.objects.filter(firm=firm, resolved_at=None)


def activity_of_firm(firm: Firm) -> QuerySet[ActivityLine]:
    return ActivityLine.objects.filter(firm=firm)


def activity_of_action(firm: Firm, action_id: int) -> QuerySet[ActivityLine]:
    return ActivityLine.objects.filter(firm=firm, action_id=action_id)


def activity_of_account(firm: Firm, account_id: int) -> QuerySet[ActivityLine]:
    return ActivityLine.objects.filter(firm=firm, account_id=account_id)


def firms_with_lines_to_seal() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT firms_with_lines_to_seal()")
        return sorted(row[0] for row in cursor.fetchall())


def lines_to_seal(firm_id: int) -> QuerySet[ActivityLine]:
    """In the order in which they are sealed."""
    return ActivityLine.objects.filter(firm=firm_id, seal=None, digest__isnull=False).order_by("pk")


def head_of_log(firm_id: int) -> tuple[int, bytes] | None:
    """Number and digest of the firm's newest seal."""
    newest = LogSeal.objects.filter(firm=firm_id).order_by("-number").values_list("number", "digest").first()
    return (newest[0], bytes(newest[1])) if newest else None
