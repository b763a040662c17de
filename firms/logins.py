"""Active logins across the deployment: an address signs in at one firm and on one side (M9)."""

from dataclasses import dataclass

from django.db import connection

from firms.models import User
from firms.services import LoginInUse
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


def refuse_login_in_use(email: str, user: User | None) -> None:
    """Raises `LoginInUse` (B10) where somebody else than `user` signs in with this address: at another firm, or on the firm's own side."""
    active = find_active_login(email)
    if active is not None and active.user_id != (user.pk if user else None):
        raise LoginInUse


def start_login(user: User) -> None:
    """From now on the address is taken. Raises `LoginInUse`, however many try at the same time."""
    with refusing(ONE_LOGIN, LoginInUse):
        User.objects.filter(firm=user.firm_id, pk=user.pk).update(is_active=True)
    user.is_active = True


def end_login(user: User) -> None:
    """Ends the user's sessions at their next request, and leaves the address to others; the password is kept."""
    User.objects.filter(firm=user.firm_id, pk=user.pk).update(is_active=False)
    user.is_active = False
