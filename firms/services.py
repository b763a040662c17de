"""Writes about the firm."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from typing import TypedDict, Unpack

from django.contrib.auth.hashers import make_password
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from firms.actors import Actor
from firms.calendar_words import calendar_words
from firms.changes import Change, Text, change_fields
from firms.enums import FailedTaskKind, Right, Role, Side, Verb
from firms.holding_all import columns_of_newcomer
from firms.lines import Line
from firms.logins import refuse_login_in_use, start_login
from firms.logos import Logo
from firms.models import LOOK, ActivityLine, FailedTask, Firm, Staff, User
from firms.places import words_for
from firms.sealing import digest_of_line, new_salt
from lib.many import insert_all
from tenancy.context import firm_context


def create_firm(*, name: str, owner_name: str, owner_email: str, owner_password: str | None, now: datetime, **settings: object) -> Firm:
    """A new firm with its owner. `owner_password=None` leaves the address to others until the owner has chosen one. Raises `LoginInUse`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('firms_firm', 'id'))")
        (firm_id,) = cursor.fetchone()
    with firm_context(firm_id):
        firm = Firm.objects.create(pk=firm_id, name=name, created_at=now, **{"email": owner_email, **settings, **columns_of_newcomer(now)})
        _make_staff(firm, owner_email, owner_password, now, name=owner_name, role=Role.OWNER)
        write_activity(firm=firm, by=Actor.system(), verb=Verb.FIRM_CREATED, now=now, subject=name)
        if firm.mail_held_at:
            write_activity(firm=firm, by=Actor.system(), verb=Verb.MAIL_HELD, now=now, subject=name, detail=firm.mail_hold_reason)
    return firm


@transaction.atomic
def change_firm(*, firm: Firm, by: Actor, now: datetime, **values: object) -> list[Change]:
    """Changes what is given and leaves the rest; one activity line a setting. `logo` is a `Logo`, or None for none at all.

    `firm` is brought up to date. E-mails compiled for the earlier look are told by `brand_version`.
    """
    locked = Firm.objects.select_for_update(no_key=True).get(pk=firm.pk)  # whoever writes rows of the firm need not wait
    columns = {name: value for name, value in values.items() if name != "logo"}
    countries = {locked.country, str(columns.get("country", ""))} if "region" in columns else set()
    words = {**words_for(countries), **calendar_words(locked.closings, columns.get("closings", locked.closings))}
    changes = change_fields(locked, columns, words=words)
    if "logo" in values:
        changes += _set_logo(locked, values["logo"])
    if any(change.field in LOOK for change in changes):
        locked.brand_version += 1
    locked.save()
    for change in changes:
        write_activity(firm=locked, by=by, verb=Verb.FIRM_CHANGED, now=now, detail=change.label, old=change.old, new=change.new)
    firm.refresh_from_db()
    return changes


@transaction.atomic
def save_set_up_step(*, firm: Firm, step: int, last: bool, now: datetime) -> None:
    """Remembers how far the guide has been gone through; after its `last` step the firm is set up."""
    locked = Firm.objects.select_for_update(no_key=True).get(pk=firm.pk)
    locked.set_up_step = max(locked.set_up_step, step)
    locked.set_up_at = locked.set_up_at or (now if last else None)
    locked.save(update_fields=["set_up_step", "set_up_at"])
    firm.refresh_from_db()


def _set_logo(firm: Firm, logo: object) -> list[Change]:
    """A file of its own for each logo: the earlier one goes once the change stands."""
    before, storage = firm.logo.name, firm.logo.storage
    if isinstance(logo, Logo):
        firm.logo.save(f"{firm.code}.png", ContentFile(logo.content), save=False)
        firm.logo_width, firm.logo_height = logo.width, logo.height
    else:
        firm.logo, firm.logo_width, firm.logo_height = "", None, None
    if before:
        transaction.on_commit(lambda: storage.delete(before), robust=True)
    if not (before or logo):
        return []
    return [Change(_("Logo"), _("a picture") if before else "", _("a new picture") if logo else "", "logo")]


@transaction.atomic
def add_staff(
    *,
    firm: Firm,
    name: str,
    email: str,
    password: str | None,
    by: Actor,
    now: datetime,
    role: Role = Role.EMPLOYEE,
    rights: Collection[Right] = (),
    job_title: str = "",
    language: str = "",
) -> Staff:
    """`email` becomes the login, in lower case: so it is looked for at sign-in. Raises `LoginInUse`."""
    details = {"name": name, "role": role, "rights": list(rights), "job_title": job_title, "language": language}
    staff = _make_staff(firm, email, password, now, **details)
    write_activity(firm=firm, by=by, verb=Verb.STAFF_INVITED, now=now, subject=name, detail=staff.user.email, new=Role(role).label)
    return staff


def _make_staff(firm: Firm, email: str, password: str | None, now: datetime, **details: object) -> Staff:
    """Whoever is yet to accept has no password: their address is nobody's login before that, so that inviting takes none away (M9)."""
    login = email.strip().lower()
    refuse_login_in_use(login, None)
    user = User.objects.create(firm=firm, side=Side.STAFF, email=login, password=make_password(password), is_active=False, created_at=now)
    if password is not None:
        start_login(user)
    return Staff.objects.create(firm=firm, user=user, **details)


class About(TypedDict, total=False):
    """What an activity line tells besides who, what and when; it is kept in the language of the moment."""

    subject: Text
    detail: Text
    old: Text
    new: Text
    account_id: int | None
    action_id: int | None


def line_of(*, firm: Firm, by: Actor, verb: Verb, now: datetime, **about: Unpack[About]) -> Line:
    """A line not yet written, for services that write very many at once; texts are cut to what the column holds, then digested."""
    line = Line(
        firm_id=firm.pk,
        at=now,
        verb=verb,
        actor_kind=by.kind,
        actor_name=by.name[:160],
        staff_id=by.staff_id,
        contact_id=by.contact_id,
        ip=by.ip,
        subject=str(about.get("subject", ""))[:300],
        detail=str(about.get("detail", ""))[:500],
        old=str(about.get("old", ""))[:500],
        new=str(about.get("new", ""))[:500],
        account_id=about.get("account_id"),
        action_id=about.get("action_id"),
        salt=new_salt(),
    )
    line.digest = digest_of_line(line)
    return line


def activity_line(*, firm: Firm, by: Actor, verb: Verb, now: datetime, **about: Unpack[About]) -> ActivityLine:
    """As `line_of`, as a row to be saved."""
    line = line_of(firm=firm, by=by, verb=verb, now=now, **about)
    return ActivityLine(firm=firm, **{column.name: getattr(line, column.name) for column in fields(Line) if column.name != "firm_id"})


def write_lines(lines: Sequence[Line]) -> None:
    """All in one statement."""
    insert_all(ActivityLine, lines)


def write_activity(*, firm: Firm, by: Actor, verb: Verb, now: datetime, **about: Unpack[About]) -> None:
    """One line of the activity log; the caller's transaction keeps it together with what it tells."""
    activity_line(firm=firm, by=by, verb=verb, now=now, **about).save(force_insert=True)


def raise_failed_task(
    *,
    firm: Firm,
    kind: FailedTaskKind,
    key: str,
    subject: str,
    now: datetime,
    detail: str = "",
    account_id: int | None = None,
    action_id: int | None = None,
) -> None:
    """Tells the firm that something needs a person; while the same `key` is open, once."""
    FailedTask.objects.bulk_create(
        [
            FailedTask(
                firm=firm,
                kind=kind,
                key=f"{kind}:{key}"[:120],
                subject=subject[:300],
                detail=detail[:500],
                at=now,
                account_id=account_id,
                action_id=action_id,
            )
        ],
        ignore_conflicts=True,
    )


def settle_failed_task(*, firm: Firm, kind: FailedTaskKind, key: str, now: datetime) -> None:
    """What was amiss is no more: it goes off the list by itself."""
    FailedTask.objects.filter(firm=firm, key=f"{kind}:{key}"[:120], resolved_at=None).update(resolved_at=now)


def settle_failed_tasks(*, firm: Firm, kind: FailedTaskKind, keys: Iterable[str], now: datetime) -> None:
    """As `settle_failed_task`, of many: hardly ever is one of them open."""
    unresolved = set(FailedTask.objects.filter(firm=firm, kind=kind, resolved_at=None).values_list("key", flat=True))
    settled = unresolved.intersection(f"{kind}:{key}"[:120] for key in keys) if unresolved else set()
    if settled:
        FailedTask.objects.filter(firm=firm, key__in=settled, resolved_at=None).update(resolved_at=now)


@transaction.atomic
def resolve_failed_task(*, task: FailedTask, by: Staff, now: datetime) -> None:
    FailedTask.objects.filter(firm=task.firm_id, pk=task.pk, resolved_at=None).update(resolved_at=now, resolved_by=by)
