"""A row of any tenant model, made from its fields alone: a new model needs nothing here unless its checks ask for more."""

from collections.abc import Callable
from datetime import date, time
from itertools import count
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models

from access.models import ActCode, Invitation
from actions.models import Action
from clients.importing.models import ImportRemoval
from clients.models import Address, Contact, CustomField, CustomValue
from files.models import File
from firms.models import Firm, User
from kinds.chats.models import ChatMessage, ReadMark
from kinds.client_tasks.models import Task
from notifications.models import Message, Notice
from reminders.models import AskBatchRow
from tenancy.models import FirmKey, FirmOneToOne
from tests.factories import START
from ways.models import Way

Values = dict[str, Any]
type AnyField = models.Field[Any, Any]  # lazy: Django's own classes take no parameters

numbers = count(1)

PLAIN: dict[type[AnyField], Callable[[int], object]] = {
    models.CharField: lambda n: f"v{n}",
    models.EmailField: lambda n: f"v{n}@row.example",
    models.TextField: lambda n: f"v{n}",
    models.FileField: lambda n: f"v{n}.pdf",
    models.BinaryField: lambda n: n.to_bytes(32),
    models.DateTimeField: lambda n: START,
    models.DateField: lambda n: date(2026, 11, 2),
    models.TimeField: lambda n: time(9),
    models.BooleanField: lambda n: False,
    models.JSONField: lambda n: {},
    ArrayField: lambda n: [n],
}


def contact_and_address(firm: Firm) -> Values:
    address = any_row(apps.get_model("clients", "Address"), firm)
    return {"address": address, "contact": address.contact, "verdict": "skip"}


# What a model's check constraints ask for beyond what its fields say.
ASKED: dict[type[models.Model], Callable[[Firm], Values]] = {
    Message: lambda firm: {"outcome": "sent"},
    Notice: contact_and_address,
    ActCode: lambda firm: {"tries": 0},
    Invitation: lambda firm: {"digest": next(numbers).to_bytes(32), "user": any_row(User, firm)},
    ImportRemoval: lambda firm: {"kind": "address", "address": any_row(Address, firm)},
    CustomField: lambda firm: {"kind": "text"},
    ChatMessage: lambda firm: {"contact": any_row(Contact, firm)},
    ReadMark: lambda firm: {"contact": any_row(Contact, firm)},
    CustomValue: lambda firm: {"text": "v"},
    Task: lambda firm: {"doer": ""},
    File: lambda firm: {"trashed_by": ""},
    Way: lambda firm: {"provider": "postmark", "hook_digest": next(numbers).to_bytes(32)},
    AskBatchRow: lambda firm: {"state": "asked", "reason": "", "action": any_row(Action, firm)},
}


def tenant_models() -> list[type[models.Model]]:
    """Every model whose rows belong to a firm."""
    return [m for m in apps.get_models() if any(f.name == "firm" for f in m._meta.fields)]


def keys_of(model: type[models.Model]) -> list[FirmKey | FirmOneToOne]:
    """The model's references to other rows of its firm."""
    return [f for f in model._meta.fields if isinstance(f, FirmKey | FirmOneToOne)]


def any_row(model: type[models.Model], firm: Firm, **values: Any) -> Any:
    """A saved row of `model` in the entered `firm`, with whatever rows it cannot be without."""
    return model._default_manager.create(**(needed_values(model, firm) | values))


def needed_values(model: type[models.Model], firm: Firm) -> Values:
    asked = ASKED[model](firm) if model in ASKED else {}
    needed = {f.name: needed_value(f, firm) for f in model._meta.fields if f.name not in asked and is_needed(f)}
    return {**needed, **asked, "firm": firm}


def is_needed(field: AnyField) -> bool:
    if isinstance(field, models.AutoField | models.BigAutoField) or field.name == "firm":
        return False
    return not (field.null or field.has_default() or not field.editable)


def needed_value(field: AnyField, firm: Firm) -> object:
    if isinstance(field, models.ForeignKey):
        return any_row(field.remote_field.model, firm)
    if field.choices:
        return next(iter(field.flatchoices))[0]
    number = next(numbers)
    if isinstance(field, models.IntegerField):
        return 1
    value = PLAIN[next(kind for kind in type(field).__mro__ if kind in PLAIN)](number)
    return value[-field.max_length :] if isinstance(value, str) and field.max_length else value
