"""Second steps of sign-in: an app that shows codes, passkeys, codes on paper. Their table is allauth's, what they say and allow is ours."""

import base64
from datetime import datetime
from urllib.parse import urlsplit

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required  # what its decorator calls
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from access.queries import contact_of, has_second_step, second_steps_of
from firms.actors import Actor, address_of
from firms.changes import Text
from firms.doors import staff_of
from firms.enums import ActorKind, Side, Verb
from firms.models import Firm, Staff, User
from firms.services import write_activity
from lib.codes import derived_secret
from tenancy.context import firm_context


class RelanceMFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets are encrypted in the database; what a phone or a browser shows is named after the firm, never after a request's Host."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": _(
            "Your firm asks everybody of the team to sign in with two steps, and this is your only second step. "
            "Add another one first, then remove this one."
        ),
        "cannot_generate_recovery_codes": _("Recovery codes stand in for an app or a passkey. Add one of these first."),
        "incorrect_code": _("This code is wrong, or was used already. Type the one that your app shows now."),
    }

    def encrypt(self, text: str) -> str:
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _fernet().decrypt(encrypted_text.encode()).decode()

    def get_totp_issuer(self) -> str:
        return _firm_name() or _host()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": _host(), "name": _firm_name() or _host()}

    def generate_authenticator_name(self, user: User, type: str) -> str:
        others = Authenticator.objects.filter(user=user, type=type).count()
        return gettext("Passkey %(number)s") % {"number": others + 1} if others else gettext("Passkey")

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """While the firm demands a second step, the last one of somebody of its team stays."""
        user = authenticator.user
        if authenticator.type == Authenticator.Type.RECOVERY_CODES or user.side != Side.STAFF or not user.firm.require_mfa:
            return True
        return second_steps_of(user).exclude(pk=authenticator.pk).exists()


def _fernet() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(derived_secret("second step", "of sign-in", size=32)))


def _host() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def _firm_name() -> str:
    """The firm that an invitation leads into, else that of whoever is signed in; empty for anybody else."""
    invited_to = getattr(context.request, "invited_to", None)
    if isinstance(invited_to, Firm):
        return invited_to.name
    user = context.request.user
    return user.firm.name if isinstance(user, User) else ""


def lacks_demanded_step(staff: Staff) -> bool:
    """Costs a query only in firms that demand a second step."""
    return staff.firm.require_mfa and not has_second_step(staff.user)


def ask_once_more(request: HttpRequest) -> None:
    """Before what an open browser alone must not do: whoever has not confirmed within five minutes who they are is led to where they do.

    What they posted is kept meanwhile, and done as soon as they have: the view is called anew.
    """
    raise_if_reauthentication_required(request, app="")


# --- The activity log ----------------------------------------------------------------------------------------------------


def note_change(request: HttpRequest, detail: Text, now: datetime, **names: str) -> None:
    """Tells the firm's log how somebody has changed their own sign-in; inside the request's transaction, like the change itself.

    `detail` is lazy, for the firm reads it in its own language; `names` fill it.
    """
    user = request.user
    assert isinstance(user, User)
    with override(user.firm.language):
        write_activity(firm=user.firm, by=actor_of(request), verb=Verb.SIGN_IN_CHANGED, now=now, detail=str(detail) % names)


def note_new_password(request: HttpRequest, user: User, detail: Text, now: datetime) -> None:
    """As `note_change`, and for pages without a sign-in too; `detail` is lazy, for the firm reads it in its own language."""
    with firm_context(user.firm_id):
        firm = Firm.objects.get(pk=user.firm_id)
        with override(firm.language):
            write_activity(firm=firm, by=actor_for(user, request), verb=Verb.SIGN_IN_CHANGED, now=now, detail=detail)


def actor_of(request: HttpRequest) -> Actor:
    """Whoever is signed in, on either side."""
    user = request.user
    assert isinstance(user, User)
    return Actor.staff(staff_of(request), request) if user.side == Side.STAFF else actor_for(user, request)


def actor_for(user: User, request: HttpRequest) -> Actor:
    """Somebody whose login is used, on either side; their firm has been entered."""
    if user.side == Side.STAFF:
        return Actor.staff(Staff.objects.get(firm=user.firm_id, user=user), request)
    contact = contact_of(user)
    name, contact_id = (contact.name, contact.pk) if contact else (user.email, None)
    return Actor(ActorKind.CLIENT, name, contact_id=contact_id, ip=address_of(request))


@transaction.atomic
def remove_second_steps(*, user: User, by: Actor, now: datetime) -> int:
    """For somebody who has lost them all, or who leaves: a password alone lets in from now on. How many there were."""
    with firm_context(user.firm_id):
        firm = Firm.objects.get(pk=user.firm_id)
        count = second_steps_of(user).count()
        if not count:
            return 0
        Authenticator.objects.filter(user=user).delete()
        with override(firm.language):
            detail = gettext("second steps of %(email)s removed") % {"email": user.email}
        write_activity(firm=firm, by=by, verb=Verb.SIGN_IN_CHANGED, now=now, detail=detail)
    return count
