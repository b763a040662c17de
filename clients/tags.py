"""Writes about tags themselves; which an account has stands on the account."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Count
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from clients.errors import TagNameTaken
from clients.models import Account, AccountTag, Tag
from firms.actors import Actor
from firms.changes import Text
from firms.enums import Verb
from firms.models import ActivityLine, Firm, Staff
from firms.services import activity_line, write_activity
from lib.codes import is_code
from tenancy.refusals import refusing


def get_tag_for(staff: Staff, code: str) -> Tag:
    """404 for another firm's, and for what is no code at all: forms bring anything."""
    if not is_code(code):
        raise Http404
    return get_object_or_404(Tag.objects.select_related("firm").filter(firm=staff.firm_id), code=code)


def count_accounts_by_tag(firm: Firm) -> Mapping[int, int]:
    """Tag id -> how many accounts in use have it, as the list that opens from it shows them; one query."""
    return dict(AccountTag.objects.filter(firm=firm, account__archived_at=None).order_by().values_list("tag").annotate(n=Count("pk")))


@transaction.atomic
def create_tag(*, firm: Firm, name: str, by: Actor, now: datetime) -> Tag:
    """Raises `TagNameTaken`."""
    with refusing("tag_name_once", TagNameTaken):
        tag = Tag.objects.create(firm=firm, name=name)
    _tell(tag, by, now, _("created"))
    return tag


@transaction.atomic
def rename_tag(*, tag: Tag, name: str, by: Actor, now: datetime) -> Tag:
    """Everywhere at once. Raises `TagNameTaken`."""
    old, tag.name = tag.name, name
    if old == name:
        return tag
    with refusing("tag_name_once", TagNameTaken):
        tag.save(update_fields=["name"])
    _tell(tag, by, now, _("Name"), old, name)
    return tag


@transaction.atomic
def merge_tag(*, tag: Tag, into: Tag, by: Actor, now: datetime) -> int:
    """Its accounts get `into` in its place, once each. How many they were."""
    if tag.pk == into.pk:
        return 0
    list(Tag.objects.select_for_update().filter(firm=tag.firm_id, pk__in=[tag.pk, into.pk]).order_by("pk"))
    accounts = _tell_accounts(tag, into.name, by, now)
    rows = [AccountTag(firm_id=tag.firm_id, account_id=account, tag=into) for account in accounts]
    AccountTag.objects.bulk_create(rows, ignore_conflicts=True)
    _tell(into, by, now, _("merged"), tag.name, into.name)
    tag.delete()
    return len(accounts)


@transaction.atomic
def delete_tag(*, tag: Tag, by: Actor, now: datetime) -> int:
    """From every account. How many they were."""
    list(Tag.objects.select_for_update().filter(firm=tag.firm_id, pk=tag.pk))
    count = len(_tell_accounts(tag, "", by, now))
    _tell(tag, by, now, _("deleted"), tag.name)
    tag.delete()
    return count


def _tell_accounts(tag: Tag, new: str, by: Actor, now: datetime) -> list[int]:
    """A line for each account that has the tag, in two statements however many. Their ids."""
    accounts = list(Account.objects.filter(firm=tag.firm_id, account_tags__tag=tag).order_by("pk").values_list("pk", "name"))
    ActivityLine.objects.bulk_create(
        activity_line(
            firm=tag.firm, by=by, verb=Verb.ACCOUNT_CHANGED, now=now, account_id=pk, subject=name, detail=_("Tag"), old=tag.name, new=new,
        )
        for pk, name in accounts
    )  # fmt: skip
    return [pk for pk, _name in accounts]


def _tell(tag: Tag, by: Actor, now: datetime, detail: Text, old: str = "", new: str = "") -> None:
    write_activity(firm=tag.firm, by=by, verb=Verb.TAG_CHANGED, now=now, subject=tag.name, detail=detail, old=old, new=new)
