"""Writes about custom fields themselves: which there are, in which order, what can be chosen in them."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Max
from django.utils.translation import gettext as _

from clients.enums import FieldKind
from clients.errors import FieldNameTaken
from clients.models import Address, CustomField, CustomValue
from firms.actors import Actor
from firms.changes import Text
from firms.enums import Verb
from firms.models import Firm
from firms.services import write_activity
from tenancy.refusals import refusing

MOST_FIELDS = 30  # more than that is no form that anybody fills in
MOST_CHOICES = 100


class TooManyFields(Exception):
    """The firm has as many custom fields as there can be."""


class ChoiceInUse(Exception):
    """A choice that contacts have cannot go; `choices` names each with how many they are."""

    def __init__(self, choices: dict[str, int]) -> None:
        super().__init__(", ".join(choices))
        self.choices = choices


@transaction.atomic
def create_field(*, firm: Firm, name: str, kind: FieldKind, choices: Sequence[str] = (), by: Actor, now: datetime) -> CustomField:
    """A field at the end of the list. Raises `FieldNameTaken`, `TooManyFields`."""
    Firm.objects.select_for_update(no_key=True).get(pk=firm.pk)
    fields = CustomField.objects.filter(firm=firm)
    if fields.count() >= MOST_FIELDS:
        raise TooManyFields
    last = fields.aggregate(last=Max("position"))["last"] or 0
    with refusing("customfield_name_once", FieldNameTaken):
        field = CustomField.objects.create(firm=firm, name=name, kind=kind, choices=list(choices), position=last + 1)
    _tell(field, by, now, _("created"), new=FieldKind(kind).label)
    return field


@transaction.atomic
def change_field(*, field: CustomField, name: str, choices: Sequence[str] = (), by: Actor, now: datetime) -> CustomField:
    """Another name, other choices; the kind stays. Raises `FieldNameTaken`, `ChoiceInUse`."""
    field = CustomField.objects.select_for_update().get(firm=field.firm_id, pk=field.pk)  # values wait that name it
    old_name, old_choices = field.name, field.choices
    _refuse_lost_choices(field, choices)
    field.name, field.choices = name, list(choices)
    with refusing("customfield_name_once", FieldNameTaken):
        field.save(update_fields=["name", "choices"])
    if name != old_name:
        _tell(field, by, now, _("Name"), old_name, name)
    if field.choices != old_choices:
        _tell(field, by, now, _("Choices"), ", ".join(old_choices), ", ".join(choices))
    return field


def _refuse_lost_choices(field: CustomField, choices: Sequence[str]) -> None:
    lost = [choice for choice in field.choices if choice not in choices]
    used = CustomValue.objects.filter(firm=field.firm_id, field=field, text__in=lost).order_by().values_list("text")
    counts = dict(used.annotate(contacts=Count("pk")))
    if counts:
        raise ChoiceInUse(counts)


@transaction.atomic
def move_field(*, field: CustomField, up: bool, by: Actor, now: datetime) -> None:
    """One place up or down; the first stays first, the last last."""
    fields = list(CustomField.objects.select_for_update(no_key=True).filter(firm=field.firm_id).order_by("position", "pk"))
    place = next((at for at, each in enumerate(fields) if each.pk == field.pk), None)
    to = None if place is None else place + (-1 if up else 1)
    if place is None or to is None or not 0 <= to < len(fields):
        return
    fields[place], fields[to] = fields[to], fields[place]
    for position, each in enumerate(fields, start=1):
        each.position = position
    CustomField.objects.bulk_update(fields, ["position"])
    _tell(field, by, now, _("Order"), new=", ".join(each.name for each in fields))


@transaction.atomic
def delete_field(*, field: CustomField, by: Actor, now: datetime) -> int:
    """With what contacts have in it; how many they were. The addresses of an e-mail field stay with their contacts."""
    field = CustomField.objects.select_for_update().select_related("firm").get(firm=field.firm_id, pk=field.pk)
    count = count_values(field.firm).get(field.pk, 0)
    Address.with_removed.filter(firm=field.firm_id, field=field).update(field=None)
    CustomValue.objects.filter(firm=field.firm_id, field=field).delete()
    _tell(field, by, now, _("deleted"), old=field.get_kind_display())
    field.delete()
    return count


def count_values(firm: Firm) -> dict[int, int]:
    """Field id -> how many contacts have something in it; fields that are empty everywhere are missing. Two queries."""
    values = CustomValue.objects.filter(firm=firm).order_by().values_list("field").annotate(contacts=Count("pk"))
    emails = Address.objects.filter(firm=firm, field__isnull=False, unlinked_at=None).order_by()
    return {**dict(values), **dict(emails.values_list("field").annotate(contacts=Count("pk")))}


def _tell(field: CustomField, by: Actor, now: datetime, detail: Text, old: Text = "", new: Text = "") -> None:
    write_activity(firm=field.firm, by=by, verb=Verb.FIELD_CHANGED, now=now, subject=field.name, detail=detail, old=old, new=new)
