"""Filling an empty deployment with the demo's firms."""

import socket
from datetime import datetime, timedelta
from itertools import chain
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop

from clients.models import AccountContact
from demo.logins import Login, Logins, write_logins
from demo.mailbox import forget_letters
from demo.seed.accounts import LUMIERE_ACCOUNTS, PEETERS_ACCOUNTS
from demo.seed.answers import Answering
from demo.seed.cast import LUMIERE_OWNER, PASSWORD, PEETERS_OWNER
from demo.seed.clients import make_accounts
from demo.seed.everyday import LUMIERE_EVERYDAY
from demo.seed.firms import make_lumiere, make_peeters
from demo.seed.requests import LUMIERE_BOUNCES, LUMIERE_REQUESTS, PEETERS_REQUESTS
from demo.seed.telling import Telling, tell
from demo.seed.working import Working
from demo.ticks import living
from firms.enums import Role, Side
from firms.models import Firm, Staff, User
from tenancy.context import firm_context

BEGAN = timedelta(days=21)  # before now: when the firms entered their clients
GREETING_SECONDS = 2.0
ROLES = {Role.OWNER: gettext_noop("owner"), Role.ADMIN: gettext_noop("admin"), Role.EMPLOYEE: gettext_noop("employee with rights")}


def seed(now: datetime) -> bool:
    """Makes the demo's firms with their past up to `now`; False, and nothing changed, where they stand already.

    All in one transaction: a seed that is broken off leaves nothing behind. Writes the file of logins in either case.
    """
    new = not User.objects.filter(email=LUMIERE_OWNER.email).exists()
    if new:
        forget_letters()  # of firms that are no more
        make_firms(now, send=mail_is_taken())
    write_logins(logins())
    return new


@transaction.atomic
def make_firms(now: datetime, *, send: bool) -> None:
    began, password = now - BEGAN, make_password(PASSWORD)
    lumiere, peeters = make_lumiere(began, password), make_peeters(began, password)
    for firm, accounts in ((lumiere, LUMIERE_ACCOUNTS), (peeters, PEETERS_ACCOUNTS)):
        with firm_context(firm.pk):
            make_accounts(firm, accounts, began, password)
    with living(send=send, by=Answering) as live:
        work = Working(lumiere, now, live)
        told = (
            work.events(LUMIERE_REQUESTS, LUMIERE_BOUNCES),
            work.everyday(LUMIERE_EVERYDAY),
            Telling(peeters, now, live).events(PEETERS_REQUESTS),
        )
        tell([*chain(*told)], now, live)


def mail_is_taken() -> bool:
    """Whether the SMTP server greets: a socket that only listens may belong to a catcher that starts later."""
    url = urlsplit(settings.SMTP_URL)
    if settings.ANYMAIL_BACKEND:
        return False
    try:
        with socket.create_connection((url.hostname or "localhost", url.port or 25), timeout=GREETING_SECONDS) as connection:
            return connection.recv(3) == b"220"
    except OSError:
        return False


def logins() -> Logins:
    found: dict[str, list[Login]] = {Side.STAFF: [], Side.CLIENT: []}
    for owner in (LUMIERE_OWNER, PEETERS_OWNER):
        firm_id = User.objects.values_list("firm_id", flat=True).get(email=owner.email)
        with firm_context(firm_id):
            firm = Firm.objects.get(pk=firm_id)
            staff = Staff.objects.filter(firm=firm).select_related("user").order_by("pk")
            found[Side.STAFF] += [_staff_login(firm, each) for each in staff]
            found[Side.CLIENT] += [_client_login(firm, each) for each in User.objects.filter(firm=firm, side=Side.CLIENT).order_by("pk")]
    return Logins(tuple(found[Side.STAFF]), tuple(found[Side.CLIENT]))


def _staff_login(firm: Firm, staff: Staff) -> Login:
    role = ROLES[Role(staff.role)] if staff.role != Role.EMPLOYEE or staff.rights else gettext_noop("employee without rights")
    return Login(staff.user.email, PASSWORD, staff.name, role, firm.name, reverse("account_login"))


def _client_login(firm: Firm, user: User) -> Login:
    links = AccountContact.objects.filter(firm=firm, contact__addresses__user=user).select_related("account", "contact")
    name = links[0].contact.name
    accounts = ", ".join(link.account.name for link in links)
    return Login(user.email, PASSWORD, name, accounts, firm.name, reverse("client_sign_in", args=[firm.code]))
