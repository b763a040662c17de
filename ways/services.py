"""Writes about a firm's own way out."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from firms.actors import Actor
from firms.changes import Change, Text
from firms.enums import FailedTaskKind, Verb
from firms.models import Firm
from firms.services import raise_failed_task, settle_failed_task, write_activity
from lib.codes import derived_token, digest, new_code
from lib.jobs import wake
from lib.sealing import CannotUnseal, seal_anew
from ways.credentials import Credentials
from ways.inputs import COLUMNS, WayInput
from ways.models import DRAFT, Way
from ways.queries import find_draft, find_last_ended, find_way_in_use

DISPATCH = "notifications.dispatch"
STOPPED = "way"  # of the failed task that a firm's own way was stopped
NO_WORDS = "…"  # an answer without any: where there is none, no test has come to its end
KEPT_FOR = timedelta(days=30)  # the credentials of one that has ended: for whoever takes it up again, and for late bounces
LABEL = _("Mail service of e-mails to clients")
OF_DEPLOYMENT = _("this server's own")
PACE = _("E-mails a minute at most by the own mail service")
NO_LIMIT = _("no limit")


@transaction.atomic
def save_draft(*, firm: Firm, given: WayInput, now: datetime) -> Way:
    """What is tried out next; nothing leaves by it yet. A secret that was left empty is that of the way in use, or of the earlier draft."""
    hold(firm)
    secrets = _secrets_for(firm, given)
    Way.objects.filter(firm=firm, pk__in=[draft.pk for draft in [find_draft(firm.pk)] if draft]).delete()
    columns = {name: getattr(given, name) for name in COLUMNS}
    return Way.objects.create(firm=firm, created_at=now, sealed=secrets.sealed(), hook_digest=digest(secrets.hook), **columns)


def _secrets_for(firm: Firm, given: WayInput) -> Credentials:
    """With an address for webhooks that nobody can guess."""
    kept = kept_secrets(firm, given)
    nonce = f"{new_code(32)}{new_code(32)}"
    return Credentials(
        secret=given.secret or kept.secret,
        signing_key=given.signing_key or kept.signing_key,
        hook=derived_token("hook", nonce),
        hook_password=derived_token("hook password", nonce),
    )


def kept_secrets(firm: Firm, given: WayInput) -> Credentials:
    """What is stored for just this place; empty where it is for another."""
    for way in [find_draft(firm.pk), find_way_in_use(firm.pk)]:
        if way and given.is_for_the_same_place(way) and (kept := _credentials_of(way)):
            return kept
    return Credentials()


def _credentials_of(way: Way) -> Credentials | None:
    """None where no key opens them any more."""
    try:
        return way.credentials
    except CannotUnseal:
        return None


@transaction.atomic
def note_test(*, way: Way, taken: bool, answer: str, now: datetime) -> None:
    """What its server said to a test message; nothing where another draft has taken its place meanwhile, or it was discarded."""
    tested_at = now if taken else None
    Way.objects.filter(DRAFT, firm=way.firm_id, pk=way.pk).update(tested_at=tested_at, test_answer=answer[:500] or NO_WORDS)


@transaction.atomic
def take_into_use(*, firm: Firm, by: Actor, now: datetime) -> list[Change]:
    """From now on clients' e-mails leave by what was tried out; nothing changes where nothing was, or where its test was refused.

    A way through the same provider goes on under its own webhook address, which has been told to the provider.
    """
    hold(firm)
    draft, before = find_draft(firm.pk), find_way_in_use(firm.pk)
    if draft is None or draft.tested_at is None:
        return []
    if before and before.provider == draft.provider:
        _replace(before, draft)
        after = before
    else:
        _end(before, now)
        draft.taken_at, after = now, draft
        draft.save(update_fields=["taken_at"])
    return _changed(firm, by, now, str(before) if before else OF_DEPLOYMENT, words(after))


def _replace(way: Way, draft: Way) -> None:
    """The draft's columns in the row of the way in use, which keeps its webhook."""
    secrets = draft.credentials
    hook = _credentials_of(way) or secrets
    for name in (*COLUMNS, "tested_at", "test_answer"):
        setattr(way, name, getattr(draft, name))
    way.sealed = Credentials(secrets.secret, secrets.signing_key, hook.hook, hook.hook_password).sealed()
    way.hook_digest = digest(hook.hook)
    way.version, way.broken_at, way.broken_answer = way.version + 1, None, ""
    draft.delete()
    way.save()


@transaction.atomic
def switch_back(*, firm: Firm, by: Actor, now: datetime) -> list[Change]:
    """From now on by the deployment's way. The own one can be taken up again."""
    hold(firm)
    before = find_way_in_use(firm.pk)
    if before is None:
        return []
    _end(before, now)
    return _changed(firm, by, now, words(before), OF_DEPLOYMENT)


@transaction.atomic
def take_up_again(*, firm: Firm, by: Actor, now: datetime) -> list[Change]:
    """The own way that was left last, as long as no other is in use and its credentials are kept."""
    hold(firm)
    way = find_last_ended(firm.pk)
    if way is None or find_way_in_use(firm.pk):
        return []
    way.ended_at, way.version = None, way.version + 1
    way.save(update_fields=["ended_at", "version"])
    return _changed(firm, by, now, OF_DEPLOYMENT, words(way))


@transaction.atomic
def change_pace(*, firm: Firm, per_minute: int | None, by: Actor, now: datetime) -> bool:
    """How many e-mails a minute leave by the way in use, none: as fast as it takes them; what has left within the minute counts already.

    Whether anything changed.
    """
    hold(firm)
    way = find_way_in_use(firm.pk)
    if way is None or way.per_minute == per_minute:
        return False
    old, way.per_minute = way.per_minute, per_minute
    way.save(update_fields=["per_minute"])
    write_activity(firm=firm, by=by, verb=Verb.FIRM_CHANGED, now=now, detail=PACE, old=said_pace(old), new=said_pace(per_minute))
    wake(DISPATCH, firm_id=firm.pk)
    return True


def said_pace(per_minute: int | None) -> Text:
    return str(per_minute) if per_minute else NO_LIMIT


@transaction.atomic
def discard_draft(*, firm: Firm) -> None:
    draft = find_draft(firm.pk)
    if draft:
        draft.delete()


@transaction.atomic
def stop_way(*, firm: Firm, way_id: int, version: int, answer: str, now: datetime) -> None:
    """This version of it was refused: nothing more leaves by it until somebody saves it or says to try again."""
    mine = Way.objects.filter(firm=firm, pk=way_id, version=version, broken_at=None, ended_at=None, taken_at__isnull=False)
    if not mine.update(broken_at=now, broken_answer=answer[:500]):
        return
    with translation.override(firm.language):  # the office reads it
        subject = str(Way.objects.get(firm=firm, pk=way_id))
    raise_failed_task(firm=firm, kind=FailedTaskKind.SENDER_BROKEN, key=STOPPED, subject=subject, detail=answer, now=now)


@transaction.atomic
def start_way(*, firm: Firm, now: datetime) -> None:
    """Somebody has seen to it: what waits goes by it at once."""
    hold(firm)
    way = find_way_in_use(firm.pk)
    if way and way.is_stopped:
        way.broken_at, way.broken_answer, way.version = None, "", way.version + 1
        way.save(update_fields=["broken_at", "broken_answer", "version"])
        _go_on(firm, now)


@transaction.atomic
def forget_ended_ways(*, firm_id: int, now: datetime) -> int:
    """Takes away the credentials of those that ended long ago; how many there were."""
    return Way.objects.filter(firm=firm_id, ended_at__lte=now - KEPT_FOR).exclude(sealed=b"").update(sealed=b"")


@transaction.atomic
def reseal(*, firm_id: int) -> int:
    """Under the first of the deployment's keys; how many ways have credentials that none of the keys opens."""
    lost = 0
    for way in Way.objects.select_for_update().filter(firm=firm_id).exclude(sealed=b""):
        try:
            way.sealed = seal_anew(way.sealed)
        except CannotUnseal:
            lost += 1
        else:
            way.save(update_fields=["sealed"])
    return lost


def hold(firm: Firm) -> None:
    """Two who change it at once take turns."""
    Firm.objects.select_for_update(no_key=True).get(pk=firm.pk)


def words(way: Way) -> Text:
    return f"{way}{f', {way.sender}' if way.sender else ''}"


def _end(way: Way | None, now: datetime) -> None:
    if way:
        way.ended_at, way.broken_at, way.broken_answer = now, None, ""
        way.save(update_fields=["ended_at", "broken_at", "broken_answer"])


def _changed(firm: Firm, by: Actor, now: datetime, old: Text, new: Text) -> list[Change]:
    write_activity(firm=firm, by=by, verb=Verb.FIRM_CHANGED, now=now, detail=LABEL, old=old, new=new)
    _go_on(firm, now)
    return [Change(LABEL, old, new, "way_out")]


def _go_on(firm: Firm, now: datetime) -> None:
    settle_failed_task(firm=firm, kind=FailedTaskKind.SENDER_BROKEN, key=STOPPED, now=now)
    wake(DISPATCH, firm_id=firm.pk)
