"""Queues what leads to a new password: the link goes through the outbox like every other e-mail, and is made only while it is sent."""

from datetime import datetime

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse

from access.client_access import address_for_mail_about_login
from access.invitations import invite_staff
from access.queries import may_sign_in
from clients.models import Address
from firms.actors import Actor
from firms.enums import Role, Side
from firms.models import Firm, Staff, User
from lib.codes import new_code
from notifications.models import Notice
from notifications.services import notify_user
from templates_email.enums import EmailEvent
from tenancy.context import firm_context


def send_reset_link(*, user: User, now: datetime) -> None:
    """Queues the e-mail; for somebody who may not sign in, nothing, and nobody is told the difference.

    A first password comes by an invitation alone: who has none yet is not helped around its end.
    """
    if not may_sign_in(user):
        return
    with firm_context(user.firm_id):
        firm = Firm.objects.get(pk=user.firm_id)
        event = EmailEvent.PASSWORD_RESET
        mail_about_login(firm=firm, user=user, event=event, key=f"{event}:{user.pk}:{new_code()}", now=now)


def invite_owners_again(email: str, now: datetime) -> None:
    """The owners of new firms who have not accepted yet: nobody else could invite them again. No firm has been entered."""
    for user in User.objects.filter(email__iexact=email.strip(), side=Side.STAFF, is_active=False):
        with firm_context(user.firm_id):
            owners = Staff.objects.select_related("firm", "user").filter(firm=user.firm_id, user=user, role=Role.OWNER, left_at=None)
            for owner in owners:
                invite_staff(firm=owner.firm, staff=owner, by=Actor.system(), now=now)


def mail_about_login(*, firm: Firm, user: User, event: EmailEvent, key: str, now: datetime) -> None:
    """Queues an e-mail about somebody's login, in their own language and under their own first name.

    One who signs in with an address that was replaced reads it there until they sign in with the new one (M15).
    """
    address = Address.objects.filter(firm=firm, user=user).select_related("contact").first()
    email = user.email if address is None else address_for_mail_about_login(address).email
    notify_user(firm=firm, user=user, event=event, key=key, now=now, values=_values(firm, user, address), email=email)


def _values(firm: Firm, user: User, address: Address | None) -> dict[str, str]:
    if address is not None:
        contact = address.contact
        return {
            "first_name": contact.first_name,
            "language": contact.language or firm.language,
            "zone": contact.time_zone or firm.time_zone,
        }
    staff = Staff.objects.filter(firm=firm, user=user).first()
    return {"first_name": "", "language": (staff.language if staff else "") or firm.language, "zone": firm.time_zone}


def secret_of_notice(notice: Notice) -> dict[str, str]:
    """The link that lets its reader choose a password: good for 24 hours, or until the password changes."""
    assert notice.user is not None
    return {"RESET_URL": settings.SITE_URL + reset_path(notice.user)}


def reset_path(user: User) -> str:
    key = default_token_generator.make_token(user)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})
