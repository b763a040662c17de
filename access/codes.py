"""Writes codes, six digits by which somebody shows that they read the addressee's e-mail: asked for, and checked, in one place."""

import secrets
from datetime import datetime, timedelta

from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.client_access import address_for_mail_about_login
from access.doors import Visitor
from access.models import ActCode
from access.rules import CODE_TRIES, CODES_AN_HOUR, CodeFacts, CodeVerdict, decide_code
from actions.models import Action
from clients.models import Address, language_of, zone_of
from lib import clock
from lib.codes import digest
from notifications.models import Notice
from notifications.secrets import act_code_digits
from notifications.services import send_code

PLACE = "act_place"  # in the session: a secret of this browser, which its codes are bound to


class CodeRefused(Exception):
    """The code did not do; its text is for whoever typed it. `ask_again`: only a new code can."""

    def __init__(self, message: str, *, ask_again: bool = True) -> None:
        super().__init__(message)
        self.ask_again = ask_again


def request_code(*, visitor: Visitor, action: Action, purpose: str, document_digest: bytes, session: SessionBase, now: datetime) -> ActCode:
    """Sends a code to the addressee's own address; it makes the earlier ones void. Raises `CodeRefused` after five in an hour.

    Whoever signs in with an address that was replaced gets it there until they sign in with the new one (M15).
    """
    machine_now = clock.machine_now()
    with transaction.atomic():
        address = Address.objects.select_for_update().get(firm=visitor.firm, pk=visitor.address.pk)
        if _asked_lately(address, machine_now) >= CODES_AN_HOUR:
            raise CodeRefused(_("Five codes went to this address within an hour. Please wait a little before you ask for another."))
        code = ActCode.objects.create(
            firm=visitor.firm,
            action=action,
            address=address,
            purpose=purpose,
            session_digest=_place_of(session),
            document_digest=document_digest,
            nonce=secrets.token_hex(16),
            created_at=machine_now,
        )
        _send(code, visitor, action, now)
    return code


def _asked_lately(address: Address, machine_now: datetime) -> int:
    hour_ago = machine_now - timedelta(hours=1)
    return ActCode.objects.filter(firm=address.firm_id, address=address, created_at__gt=hour_ago).count()


def _send(code: ActCode, visitor: Visitor, action: Action, now: datetime) -> None:
    values = {
        "account": action.account.name,
        "first_name": visitor.contact.first_name,
        "language": language_of(visitor.contact, visitor.account),
        "title": action.title,
        "zone": zone_of(visitor.contact, visitor.account).key,
    }
    send_code(
        firm=visitor.firm,
        action=action,
        account=visitor.account,
        address=address_for_mail_about_login(visitor.address),
        contact=visitor.contact,
        key=key_of(code),
        values=values,
        now=now,
    )


def key_of(code: ActCode) -> str:
    """The key of its notice: the nonce is no secret without the deployment's own."""
    return f"act_code:{code.action_id}:{code.nonce}"


def secret_of_notice(notice: Notice) -> dict[str, str]:
    """The digits for the e-mail, derived while it is sent."""
    return {"CODE": act_code_digits(notice.firm_id, notice.key.rpartition(":")[2])}


def check_code(*, visitor: Visitor, action: Action, purpose: str, document_digest: bytes, session: SessionBase, typed: str) -> None:
    """Uses the code up, or raises `CodeRefused`. Every wrong try is counted, and stays counted: call it outside the act's transaction."""
    machine_now = clock.machine_now()
    with transaction.atomic():
        code = _newest(visitor, action)
        verdict = CodeVerdict.OUT_OF_DATE
        if code is not None:
            verdict = decide_code(_facts(code, purpose, document_digest, session, typed), machine_now)
            _count(code, verdict, machine_now)
    if verdict is not CodeVerdict.RIGHT or code is None:
        raise refusal_of(verdict, CODE_TRIES - code.tries if code else 0)


def _newest(visitor: Visitor, action: Action) -> ActCode | None:
    """Locked, so that parallel tries are counted one by one."""
    codes = ActCode.objects.select_for_update().filter(firm=visitor.firm, address=visitor.address, action=action)
    return codes.order_by("-created_at", "-id").first()


def _facts(code: ActCode, purpose: str, document_digest: bytes, session: SessionBase, typed: str) -> CodeFacts:
    bound = code.purpose == purpose and bytes(code.document_digest) == document_digest
    return CodeFacts(
        created_at=code.created_at,
        tries=code.tries,
        used=code.used_at is not None,
        same_place=bound and constant_time_compare(bytes(code.session_digest), _place_of(session)),
        matches=constant_time_compare(act_code_digits(code.firm_id, code.nonce), typed),
    )


def _count(code: ActCode, verdict: CodeVerdict, machine_now: datetime) -> None:
    if verdict is CodeVerdict.WRONG:
        code.tries += 1
        code.save(update_fields=["tries"])
    elif verdict is CodeVerdict.RIGHT:
        code.used_at = machine_now
        code.save(update_fields=["used_at"])


def refusal_of(verdict: CodeVerdict, left: int) -> CodeRefused:
    """What whoever typed it reads; `left` tries."""
    if verdict is CodeVerdict.WRONG and left > 0:
        text = ngettext("This is not the code. You have %(left)s try left.", "This is not the code. You have %(left)s tries left.", left)
        return CodeRefused(text % {"left": left}, ask_again=False)
    if verdict is CodeVerdict.OUT_OF_DATE:
        return CodeRefused(_("This code is no longer valid. Please ask for a new one."))
    return CodeRefused(_("That was the fifth wrong try, so the code is void. Please ask for a new one."))


def _place_of(session: SessionBase) -> bytes:
    return digest(session.setdefault(PLACE, secrets.token_urlsafe(24)))


def masked(email: str) -> str:
    """An address that its owner recognises and nobody else learns: n•••a@lefevre.example."""
    name, _at, host = email.partition("@")
    return f"{name[:1]}•••{name[-1:] if len(name) > 1 else ''}@{host}"
