"""Writes about client groups: their name, their own address, the colleagues who look after them (M8)."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Count
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from clients.errors import GroupNameTaken
from clients.models import Account, Group, GroupMember
from firms.actors import Actor
from firms.changes import Change, change_fields
from firms.enums import Verb
from firms.models import ActivityLine, Firm, Staff
from firms.services import activity_line, write_activity
from tenancy.refusals import refusing

# --- Reads ---------------------------------------------------------------------------------------------------------------


def get_group_for(staff: Staff, code: str) -> Group:
    """404 for another firm's."""
    return get_object_or_404(Group.objects.select_related("firm").filter(firm=staff.firm_id), code=code)


def count_accounts_by_group(firm: Firm) -> Mapping[int, int]:
    """Group id -> how many accounts in use are in it, as the list that opens from it shows them; one query."""
    accounts = Account.objects.filter(firm=firm, group__isnull=False, archived_at=None)
    return dict(accounts.order_by().values_list("group").annotate(n=Count("pk")))


def members_of(firm: Firm, groups: Collection[int]) -> Mapping[int, list[Staff]]:
    """Group id -> the colleagues who look after it and have not left, by name; one query."""
    found: dict[int, list[Staff]] = {}
    rows = GroupMember.objects.filter(firm=firm, group__in=groups, staff__left_at=None).select_related("staff__user")
    for row in rows.order_by("staff__name", "pk"):
        found.setdefault(row.group_id, []).append(row.staff)
    return found


def groups_looked_after(staff: Staff) -> list[Group]:
    """By name."""
    return list(Group.objects.filter(firm=staff.firm_id, members__staff=staff))


# --- Writes --------------------------------------------------------------------------------------------------------------


@transaction.atomic
def create_group(*, firm: Firm, name: str, email: str, members: Collection[Staff], by: Actor, now: datetime) -> Group:
    """Raises `GroupNameTaken`."""
    with refusing("group_name_once", GroupNameTaken):
        group = Group.objects.create(firm=firm, name=name, email=email)
    _tell(group, by, now, [Change(_("created"), "", ""), *_set_members(group, members)])
    return group


@transaction.atomic
def change_group(*, group: Group, name: str, email: str, members: Collection[Staff], by: Actor, now: datetime) -> Group:
    """Raises `GroupNameTaken`."""
    group = Group.objects.select_for_update(of=("self",), no_key=True).select_related("firm").get(firm=group.firm_id, pk=group.pk)
    changes = change_fields(group, {"name": name, "email": email})
    with refusing("group_name_once", GroupNameTaken):
        group.save()
    _tell(group, by, now, changes + _set_members(group, members))
    return group


@transaction.atomic
def merge_group(*, group: Group, into: Group, by: Actor, now: datetime) -> int:
    """Its accounts and colleagues go to `into`, whose name and address stay. How many accounts that were."""
    if group.pk == into.pk:
        return 0
    moved = _move_accounts(group, into, by, now)
    members = {member.pk: member for found in members_of(group.firm, [group.pk, into.pk]).values() for member in found}
    _tell(into, by, now, [Change(_("merged"), group.name, into.name), *_set_members(into, list(members.values()))])
    group.delete()
    return moved


@transaction.atomic
def delete_group(*, group: Group, by: Actor, now: datetime) -> int:
    """Its accounts are in no group any more. How many they were."""
    moved = _move_accounts(group, None, by, now)
    _tell(group, by, now, [Change(_("deleted"), group.name, "")])
    group.delete()
    return moved


def _move_accounts(group: Group, into: Group | None, by: Actor, now: datetime) -> int:
    """A line for each account, in three statements however many."""
    list(Group.objects.select_for_update().filter(firm=group.firm_id, pk__in=[group.pk, into.pk if into else group.pk]).order_by("pk"))
    accounts = list(Account.objects.select_for_update(no_key=True).filter(firm=group.firm_id, group=group).order_by("pk"))
    Account.objects.filter(firm=group.firm_id, pk__in=[account.pk for account in accounts]).update(group=into)
    label, new = Account._meta.get_field("group").verbose_name, into.name if into else ""
    ActivityLine.objects.bulk_create(
        activity_line(
            firm=group.firm, by=by, verb=Verb.ACCOUNT_CHANGED, now=now, account_id=account.pk, subject=account.name,
            detail=label, old=group.name, new=new,
        )
        for account in accounts
    )  # fmt: skip
    return len(accounts)


def _set_members(group: Group, members: Collection[Staff]) -> list[Change]:
    old = {row.staff_id: row.staff.name for row in GroupMember.objects.filter(firm=group.firm_id, group=group).select_related("staff")}
    new = {member.pk: member.name for member in members}
    if old.keys() == new.keys():
        return []
    GroupMember.objects.filter(firm=group.firm_id, group=group).exclude(staff__in=list(new)).delete()
    rows = [GroupMember(firm_id=group.firm_id, group=group, staff_id=pk) for pk in new if pk not in old]
    GroupMember.objects.bulk_create(rows, ignore_conflicts=True)
    return [Change(_("Looked after by"), ", ".join(sorted(old.values())), ", ".join(sorted(new.values())))]


def _tell(group: Group, by: Actor, now: datetime, changes: list[Change]) -> None:
    for change in changes:
        write_activity(
            firm=group.firm,
            by=by,
            verb=Verb.GROUP_CHANGED,
            now=now,
            subject=group.name,
            detail=change.label,
            old=change.old,
            new=change.new,
        )
