"""Active logins across the deployment: an address signs in at one firm and on one side (M9)."""

from collections.abc import Collection
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.db import connection
from django.db.models import F

from firms.errors import LoginInUse
from firms.models import Firm, User
from tenancy.refusals import refusing

ONE_LOGIN = "firms_user_one_active_login_per_address"


@dataclass(frozen=True, slots=True)
class ActiveLogin:
    """Ids alone: whose it is beyond that, nobody of another firm is told."""

    firm_id: int
    user_id: int


def find_active_login(email: str) -> ActiveLogin | None:
    """Who signs in with this address, in whatever firm."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT firm_id, user_id FROM active_login_of(%s)", [email.strip()])
        row = cursor.fetchone()
    return ActiveLogin(*row) if row else None


def find_emails_in_use(emails: Collection[str]) -> list[str]:
    """Those of the addresses with which somebody signs in, in whatever firm; one query."""
    if not emails:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT email FROM unnest(%s::text[]) AS asked(email), LATERAL active_login_of(btrim(email))", [list(emails)])
        return [str(email) for (email,) in cursor.fetchall()]


def refuse_login_in_use(email: str, user: User | None) -> None:
    """Raises `LoginInUse` (B10) where somebody else than `user` signs in with this address: at another firm, or on the firm's own side."""
    active = find_active_login(email)
    if active is not None and active.user_id != (user.pk if user else None):
        raise LoginInUse


def has_way_in(user: User) -> bool:
    """Somebody has chosen how to sign in with it: a password, or a passkey alone."""
    return user.has_usable_password() or Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).exists()


def start_login(user: User) -> None:
    """From now on the address is taken. Raises `LoginInUse`, however many try at the same time."""
    with refusing(ONE_LOGIN, LoginInUse):
        User.objects.filter(firm=user.firm_id, pk=user.pk).update(is_active=True)
    user.is_active = True


def end_login(user: User) -> None:
    """Ends the user's sessions for good, and leaves the address to others; the password is kept."""
    end_logins(user.firm_id, [user.pk])
    user.is_active = False


def end_logins(firm: Firm | int, users: Collection[int]) -> None:
    """As for one, in one statement. The user that a request has read keeps its old count: no session is opened with it."""
    User.objects.filter(firm=firm, pk__in=users).update(is_active=False, logins_ended=F("logins_ended") + 1)
