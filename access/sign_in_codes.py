"""Signing in with a code from an e-mail instead of a password: asked for, and checked, in one place; clients, at their firm's page alone.

Nothing of it is a row: who asked stands in the session of their browser, tries are counted like other throttles, the digits are
derived from a nonce and the deployment's key while the e-mail is sent.
"""

import secrets
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from django.contrib.sessions.backends.base import SessionBase
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from access.codes import CodeRefused, refusal_of
from access.passwords import mail_about_login
from access.queries import may_sign_in
from access.rules import CODE_TRIES, CODE_VALID_FOR, CODES_AN_HOUR, CodeFacts, CodeVerdict, decide_code
from clients.names import email_key
from firms.enums import Side
from firms.models import Firm, User
from lib import clock
from lib.throttles import spend
from notifications.models import Notice
from notifications.secrets import sign_in_digits
from templates_email.enums import EmailEvent

ASKED = "sign_in_code"  # in the session
FROM_A_NETWORK = 30  # an hour


@dataclass(slots=True)
class Asked:
    """What this browser has asked for: whose code, if anybody signs in with the address, and since when; machine time."""

    firm_id: int
    user_id: int | None
    email: str
    nonce: str
    at: float
    tries: int = 0


def asked_in(session: SessionBase, firm: Firm) -> Asked | None:
    kept = session.get(ASKED)
    asked = Asked(**kept) if kept else None
    return asked if asked is not None and asked.firm_id == firm.pk else None


def request_sign_in_code(*, firm: Firm, email: str, network: str, session: SessionBase, now: datetime) -> None:
    """Sends a code if a client signs in with this address, and does as if in every other case. Earlier codes are void.

    Raises `CodeRefused` where too many were asked for, whoever the address belongs to.
    """
    key = email_key(email)
    if not spend("sign_in_code_from", network, most=FROM_A_NETWORK) or not spend("sign_in_code", f"{firm.pk}:{key}", most=CODES_AN_HOUR):
        raise CodeRefused(_("Too many codes were asked for within an hour. Please wait a little, or sign in with your password."))
    user = User.objects.filter(firm=firm, side=Side.CLIENT, email__iexact=key, is_active=True).first()
    if user is not None and not may_sign_in(user):
        user = None
    asked = Asked(firm.pk, user.pk if user else None, email, secrets.token_hex(16), clock.machine_now().timestamp())
    session[ASKED] = asdict(asked)
    if user is not None:
        event = EmailEvent.SIGN_IN_CODE
        mail_about_login(firm=firm, user=user, event=event, key=f"{event}:{user.pk}:{asked.nonce}", now=now)


def secret_of_notice(notice: Notice) -> dict[str, str]:
    """The digits for the e-mail, derived while it is sent."""
    return {"CODE": sign_in_digits(notice.firm_id, notice.key.rpartition(":")[2])}


def is_wanted(notice: Notice) -> bool:
    """Asked before the e-mail leaves: LOGIN may have gone."""
    return notice.user is not None and may_sign_in(notice.user)


def check_sign_in_code(*, firm: Firm, session: SessionBase, typed: str) -> User:
    """Whoever signs in; uses the code up. Raises `CodeRefused`, and every try stays counted."""
    asked = asked_in(session, firm)
    if asked is None:
        raise refusal_of(CodeVerdict.OUT_OF_DATE, 0)
    may_try = spend("sign_in_code_try", asked.nonce, most=CODE_TRIES, seconds=int(CODE_VALID_FOR.total_seconds()))
    asked.tries += 1
    user = User.objects.filter(firm=firm, pk=asked.user_id or 0).first()
    facts = CodeFacts(
        created_at=datetime.fromtimestamp(asked.at, UTC),
        tries=0 if may_try else CODE_TRIES,
        used=False,
        same_place=True,
        matches=constant_time_compare(sign_in_digits(firm.pk, asked.nonce), typed) and user is not None and may_sign_in(user),
    )
    verdict = decide_code(facts, clock.machine_now())
    if verdict is not CodeVerdict.RIGHT or user is None:
        session[ASKED] = asdict(asked)
        raise refusal_of(verdict, CODE_TRIES - asked.tries)
    del session[ASKED]
    if not spend("sign_in_code_used", asked.nonce, most=1):  # twice at once
        raise refusal_of(CodeVerdict.OUT_OF_DATE, 0)
    return user
