"""The archive, and who takes part in a conversation."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from actions.enums import PartyRole
from actions.models import Action, ActionParty
from actions.stops import Stop
from clients.models import Contact
from firms.actors import Actor
from firms.enums import Verb
from firms.models import Staff
from kinds.chats.models import Thread, ThreadContact, ThreadStaff
from kinds.chats.queries import named_in, told_of_last
from kinds.chats.saying import join_thread, lock_thread, locked_thread, log_thread, stream_name
from reminders import anew
from reminders.rules import Schedule
from reminders.services import lock_action, refuse_account
from reminders.telling import tell_late


@transaction.atomic
def archive_thread(*, thread: Thread, by: Actor, now: datetime) -> Thread:
    """Puts the conversation away: it is read only, and nothing is owed in it (D21). One that is archived stays so."""
    thread = locked_thread(thread)
    if thread.is_archived:
        return thread
    thread.archived_at = now
    thread.save(update_fields=["archived_at"])
    action = lock_action(thread.action) if thread.action else None
    if action and action.is_open:
        anew.archive(action=action, by=by, now=now)
    else:
        log_thread(thread, by, Verb.ACTION_ARCHIVED, now)
    return thread


@transaction.atomic
def reopen_thread(*, thread: Thread, by: Actor, now: datetime) -> Thread:
    """Takes it out of the archive. What was owed is owed again, with reminders on, as if its message were new (D23, M19).

    Whoever was told of it is told by the next reminder; whoever was not, as it was archived too soon, is told now.

    Raises what `reminders.services.refuse_account` raises, where something is asked again.
    """
    thread = locked_thread(thread)
    if not thread.is_archived:
        return thread
    thread.archived_at = None
    thread.save(update_fields=["archived_at"])
    action = lock_action(thread.action) if thread.action else None
    if action and action.stop_reason == Stop.ARCHIVED:
        refuse_account(thread.account)
        schedule = Schedule(on=True, every_days=action.remind_every_days, at_most=action.remind_max)
        action = anew.reopen(action=action, schedule=schedule, by=by, now=now)
        _tell_who_was_not(thread, action, now)
    else:
        log_thread(thread, by, Verb.ACTION_REOPENED, now)
    return thread


@transaction.atomic
def change_people(*, thread: Thread, staff: Collection[Staff], contacts: Collection[Contact], by: Actor, now: datetime) -> Thread:
    """Who takes part for the firm, and who of the client is named; what is owed is owed by the latter from now on."""
    thread = lock_thread(thread)
    gone = ThreadStaff.objects.filter(firm=thread.firm_id, thread=thread).exclude(staff__in=staff)
    named_anew = {*named_in(thread)} != {*contacts}
    left, joined = [row.staff.name for row in gone.select_related("staff")], _not_yet(thread, staff)
    gone.delete()
    join_thread(thread, joined)
    ThreadContact.objects.filter(firm=thread.firm_id, thread=thread).exclude(contact__in=contacts).delete()
    rows = (ThreadContact(firm=thread.firm, thread=thread, contact=contact) for contact in contacts)
    ThreadContact.objects.bulk_create(rows, ignore_conflicts=True)
    if named_anew and thread.action and thread.action.is_open:
        _name_in_request(thread, lock_action(thread.action), contacts, now)
    changes = [_("with %(name)s") % {"name": each.name} for each in joined]
    changes += [_("without %(name)s") % {"name": name} for name in left]
    if named_anew:
        changes.append(_("told: %(names)s") % {"names": ", ".join(each.name for each in contacts) or _("everybody with NOTIFY")})
    if changes:
        log_thread(thread, by, Verb.THREAD_CHANGED, now, detail=", ".join(changes))
    return thread


def _not_yet(thread: Thread, staff: Collection[Staff]) -> list[Staff]:
    here = set(ThreadStaff.objects.filter(firm=thread.firm_id, thread=thread).values_list("staff_id", flat=True))
    return [each for each in staff if each.pk not in here]


def _name_in_request(thread: Thread, action: Action, contacts: Collection[Contact], now: datetime) -> None:
    """They owe the answer from now on."""
    parties = ActionParty.objects.filter(firm=action.firm_id, action=action, role=PartyRole.ADDRESSEE)
    parties.exclude(contact__in=contacts).delete()
    rows = (ActionParty(firm=action.firm, action=action, contact=contact, role=PartyRole.ADDRESSEE) for contact in contacts)
    ActionParty.objects.bulk_create(rows, ignore_conflicts=True)
    _tell_who_was_not(thread, action, now)


def _tell_who_was_not(thread: Thread, action: Action, now: datetime) -> None:
    """Of the open question, whoever is to answer it and has no e-mail of it; the office hears where nobody can be told (M28)."""
    tell_late(action.firm, action, now, stream=stream_name(thread), told=told_of_last(thread, action))
