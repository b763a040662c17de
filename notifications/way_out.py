"""Changing a firm's way out: the owners are told, by the deployment's way, whoever changed it."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import transaction

from firms.actors import Actor
from firms.changes import Change
from firms.models import Firm
from notifications.owners import tell_owners
from ways import services

PAGE = "settings_way"  # the name of the URL where it can be undone


def take_into_use(*, firm: Firm, by: Actor, now: datetime) -> Sequence[Change]:
    return _told(services.take_into_use, firm, by, now)


def switch_back(*, firm: Firm, by: Actor, now: datetime) -> Sequence[Change]:
    return _told(services.switch_back, firm, by, now)


def take_up_again(*, firm: Firm, by: Actor, now: datetime) -> Sequence[Change]:
    return _told(services.take_up_again, firm, by, now)


@transaction.atomic
def _told(change: Callable[..., Sequence[Change]], firm: Firm, by: Actor, now: datetime) -> Sequence[Change]:
    changes = change(firm=firm, by=by, now=now)
    tell_owners(firm=firm, by=by, changes=changes, now=now, page=PAGE)
    return changes
