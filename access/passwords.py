"""Queues what leads to a new password: the link goes through the outbox like every other e-mail, and is made only while it is sent."""

from datetime import datetime

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse

from access.invitations import invite_staff
from access.queries import may_sign_in
from clients.models import Address
from firms.actors import Actor
from firms.enums import Role
from firms.models import Firm, Staff, User
from lib.codes import new_code
from notifications.models import Notice
from notifications.services import notify_user
from templates_email.enums import EmailEvent
from tenancy.context import firm_context


def send_reset_link(*, user: User, now: datetime) -> None:
    """Queues the e-mail; for somebody who may not sign in, nothing, and nobody is told the difference.

    A first password comes by an invitation alone: who has none yet is not helped around its end, but for a firm's owner,
    whom nobody else could invite again.
    """
    if not user.has_usable_password():
        invite_owner_again(user, now)
    if not may_sign_in(user):
        return
    with firm_context(user.firm_id):
        firm, event = Firm.objects.get(pk=user.firm_id), EmailEvent.PASSWORD_RESET
        notify_user(firm=firm, user=user, event=event, key=f"{event}:{user.pk}:{new_code()}", now=now, values=_values(firm, user))


def invite_owner_again(user: User, now: datetime) -> None:
    with firm_context(user.firm_id):
        owner = Staff.objects.select_related("firm", "user").filter(firm=user.firm_id, user=user, role=Role.OWNER, left_at=None).first()
        if owner is not None:
            invite_staff(firm=owner.firm, staff=owner, by=Actor.system(), now=now)


def _values(firm: Firm, user: User) -> dict[str, str]:
    staff = Staff.objects.filter(firm=firm, user=user).first()
    if staff is not None:
        return {"first_name": "", "language": staff.language or firm.language, "zone": firm.time_zone}
    address = Address.objects.filter(firm=firm, user=user).select_related("contact").first()
    if address is None:
        return {"first_name": "", "language": firm.language, "zone": firm.time_zone}
    contact = address.contact
    return {
        "first_name": contact.first_name,
        "language": contact.language or firm.language,
        "zone": contact.time_zone or firm.time_zone,
    }


def secret_of_notice(notice: Notice) -> dict[str, str]:
    """The link that lets its reader choose a password: good for 24 hours, or until the password changes."""
    assert notice.user is not None
    return {"RESET_URL": settings.SITE_URL + reset_path(notice.user)}


def reset_path(user: User) -> str:
    key = default_token_generator.make_token(user)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})
