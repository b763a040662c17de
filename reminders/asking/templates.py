"""Templates of requests: what the firm asks again and again, under a name. Whoever may ask may use them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from firms.actors import Actor
from firms.doors import require
from firms.enums import Right, Verb
from firms.models import Firm, Staff
from firms.services import write_activity
from lib.codes import is_code
from reminders.asking.registry import get_asking
from reminders.asking.words import Payload
from reminders.models import RequestTemplate
from reminders.rules import Schedule
from tenancy.refusals import refusing

LONGEST_NAME = 80


class TemplateNameTaken(Exception):
    """Another template of the kind has the name."""

    permanent = True


@dataclass(frozen=True, slots=True)
class TemplateWords:
    """What a template keeps; no `message` is the kind's own, in the language of each account."""

    name: str
    title: str
    message: str
    days_until_due: int | None
    schedule: Schedule
    payload: Payload

    @property
    def columns(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "title": self.title,
            "message": self.message,
            "days_until_due": self.days_until_due,
            "reminders_on": self.schedule.on,
            "remind_every_days": self.schedule.every_days,
            "remind_max": self.schedule.at_most,
            "payload": dict(self.payload),
        }


def templates_of(firm: Firm, kind: str = "") -> QuerySet[RequestTemplate]:
    """All of them, or those of one kind, in the order of their names."""
    templates = RequestTemplate.objects.filter(firm=firm)
    return templates.filter(kind=kind) if kind else templates


def get_template_to_change(staff: Staff, code: str) -> RequestTemplate:
    """404 for another firm's; 403 without the right."""
    template = get_object_or_404(RequestTemplate.objects.select_related("firm"), firm=staff.firm_id, code=code)
    require(staff, Right.MANAGE_ACTIONS)
    return template


def find_template(firm: Firm, kind: str, code: str) -> RequestTemplate | None:
    return templates_of(firm, kind).filter(code=code).first() if is_code(code) else None


def initial_from(template: RequestTemplate, today: date) -> Mapping[str, Any]:
    """The values of a form that the template fills."""
    initial = {**get_asking(template.kind).form.initial_of(template.payload), "title": template.title}
    if template.message:
        initial["message"] = template.message
    if template.days_until_due is not None:
        initial["due_on"] = today + timedelta(days=template.days_until_due)
    return initial


def free_name(firm: Firm, kind: str, name: str) -> str:
    """The name itself, or the next one like it that no template of the kind has."""
    name = name[:LONGEST_NAME]
    taken = set(templates_of(firm, kind).values_list("name", flat=True))
    return next_name(name, taken) if name in taken else name


@transaction.atomic
def add_template(*, firm: Firm, kind: str, words: TemplateWords, by: Actor, now: datetime) -> RequestTemplate:
    """Raises `TemplateNameTaken`."""
    with refusing("requesttemplate_name_once", TemplateNameTaken):
        template = RequestTemplate.objects.create(firm=firm, kind=kind, changed_at=now, **words.columns)
    _log(template, Verb.TEMPLATE_ADDED, by, now)
    return template


@transaction.atomic
def change_template(*, template: RequestTemplate, words: TemplateWords, by: Actor, now: datetime) -> RequestTemplate:
    """Raises `TemplateNameTaken`."""
    for name, value in {**words.columns, "changed_at": now}.items():
        setattr(template, name, value)
    with refusing("requesttemplate_name_once", TemplateNameTaken):
        template.save()
    _log(template, Verb.TEMPLATE_CHANGED, by, now)
    return template


@transaction.atomic
def duplicate_template(*, template: RequestTemplate, by: Actor, now: datetime) -> RequestTemplate:
    """Under the next name that is free."""
    name = free_name(template.firm, template.kind, template.name)
    schedule = Schedule(template.reminders_on, template.remind_every_days, template.remind_max)
    words = TemplateWords(name, template.title, template.message, template.days_until_due, schedule, template.payload)
    return add_template(firm=template.firm, kind=template.kind, words=words, by=by, now=now)


def next_name(name: str, taken: set[str]) -> str:
    """“Mission letter (copy)”, “Mission letter (copy 2)”: never longer than a name may be."""
    number = 1
    while True:
        ending = _(" (copy)") if number == 1 else _(" (copy %(number)d)") % {"number": number}
        proposed = name[: LONGEST_NAME - len(ending)] + ending
        if proposed not in taken:
            return proposed
        number += 1


@transaction.atomic
def delete_template(*, template: RequestTemplate, by: Actor, now: datetime) -> None:
    """What was asked with it stays as it is."""
    RequestTemplate.objects.filter(firm=template.firm_id, pk=template.pk).delete()
    _log(template, Verb.TEMPLATE_DELETED, by, now)


def _log(template: RequestTemplate, verb: Verb, by: Actor, now: datetime) -> None:
    write_activity(firm=template.firm, by=by, verb=verb, now=now, subject=template.name)
