"""Reads that decide who gets in. Each is asked inside the firm, anew at every request."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db.models import Count, Exists, Max, OuterRef, QuerySet
from django.urls import reverse

from access.models import Invitation
from access.rules import Standing, may_use_portal
from actions.enums import NAMED, ActionState
from actions.models import Action, ActionParty
from clients.models import Account, AccountAddress, Address, Contact
from firms.enums import Side
from firms.models import Firm, Staff, User
from firms.queries import active_staff
from notifications.account_events import account_event_of
from notifications.enums import SuppressionReason
from notifications.models import Notice, Suppression
from tenancy.context import firm_context


def find_notice(firm_id: int, notice_id: int, code: str) -> Notice | None:
    """The notice behind a link, if it is about the action `code`, or opens what else has that code."""
    notices = Notice.objects.select_related("firm", "action__account", "action__opened_by", "contact", "address__contact", "account")
    notice = notices.filter(firm_id=firm_id, pk=notice_id, address__isnull=False).first()
    return _in_its_firm(notice) if notice is not None and code_opened_by(notice) == code else None


def _in_its_firm(notice: Notice) -> Notice:
    """One and the same firm wherever a page asks for it, read once."""
    for row in (notice.account, notice.action, notice.action.account if notice.action else None):
        if row is not None:
            row.firm = notice.firm
    return notice


def code_opened_by(notice: Notice) -> str:
    """Of the action, or of what else the link of a notice opens; empty for one that opens nothing."""
    if notice.action is not None:
        return str(notice.action.code)
    about = account_event_of(notice)
    return about.code(notice) if about and about.code else ""


def path_opened_by(notice: Notice) -> str:
    """The page that its link leads to; empty for one that opens nothing."""
    about, code = account_event_of(notice), code_opened_by(notice)
    return about.opened(code) if about and code else reverse("item_page", args=[code]) if code else ""


def find_action(firm: Firm, code: str) -> Action | None:
    return Action.objects.select_related("firm", "account", "opened_by").filter(firm=firm, code=code).first()


@dataclass(frozen=True, slots=True)
class PortalAccount:
    """An account, and the address by which a client stands to it."""

    account: Account
    address: Address
    standing: Standing


def standing_of(firm: Firm, account_id: int, address: Address) -> Standing:
    pair = AccountAddress.objects.filter(firm=firm, account_id=account_id, address=address).first()
    return _standing(pair, address, suppressed=_suppressed(firm).filter(address=address).exists())


def portal_accounts(user: User) -> list[PortalAccount]:
    """The accounts that a signed-in client may use, by name; an account once, by the first of their addresses that may."""
    pairs = AccountAddress.objects.filter(
        firm=user.firm_id, address__user=user, address__removed_at=None, account__archived_at=None, login=True
    ).annotate(suppressed=Exists(_suppressed(user.firm_id).filter(address=OuterRef("address"))))
    found: dict[int, PortalAccount] = {}
    for pair in pairs.select_related("account__firm", "account__manager", "address__contact").order_by(
        "account__name_key", "account_id", "id"
    ):
        standing = _standing(pair, pair.address, suppressed=pair.suppressed)
        if may_use_portal(standing):
            found.setdefault(pair.account_id, PortalAccount(pair.account, pair.address, standing))
    return list(found.values())


def find_portal_account(account: Account, address_code: str) -> PortalAccount | None:
    """The account as somebody finds it who signs in with this address; nothing where they would find no portal."""
    pairs = AccountAddress.objects.filter(firm=account.firm_id, account=account, address__code=address_code, address__removed_at=None)
    pair = pairs.select_related("address__contact").first()
    if pair is None or account.archived_at is not None:
        return None
    suppressed = _suppressed(account.firm_id).filter(address=pair.address_id).exists()
    standing = _standing(pair, pair.address, suppressed=suppressed)
    return PortalAccount(account, pair.address, standing) if may_use_portal(standing) else None


def may_sign_in(user: User) -> bool:
    """Staff who have accepted their invitation and not left; clients with LOGIN on in an account (C11)."""
    if not user.is_active:
        return False
    with firm_context(user.firm_id):
        if user.side == Side.STAFF:
            return user.has_usable_password() and Staff.objects.filter(firm=user.firm_id, user=user, left_at=None).exists()
        return bool(portal_accounts(user))


def contact_of(user: User) -> Contact | None:
    """The client who signs in as `user`; nobody once none of their addresses does any more."""
    address = Address.objects.filter(firm=user.firm_id, user=user).select_related("contact").order_by("pk").first()
    return address.contact if address else None


SECOND_STEPS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)  # recovery codes only stand in for one of them


def second_steps_of(user: User) -> QuerySet[Authenticator]:
    return Authenticator.objects.filter(user=user, type__in=SECOND_STEPS)  # type: ignore[no-any-return]


def has_second_step(user: User) -> bool:
    return second_steps_of(user).exists()


def users_with_second_step(firm: Firm) -> set[int]:
    """The ids of the firm's users who have one."""
    return set(Authenticator.objects.filter(user__firm=firm, type__in=SECOND_STEPS).values_list("user_id", flat=True))


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of the team, and whether they have a second step."""

    staff: Staff
    has_second_step: bool


def list_colleagues(firm: Firm) -> list[Colleague]:
    """Everybody of the team by name; two queries however many."""
    have = users_with_second_step(firm)
    return [Colleague(staff, staff.user_id in have) for staff in active_staff(firm)]


def invited_at_of(firm: Firm) -> dict[int, datetime]:
    """User id -> when the newest invitation went out."""
    newest = Invitation.objects.filter(firm=firm, voided_at=None).order_by().values("user").annotate(at=Max("created_at"))
    return dict(newest.values_list("user", "at"))


def is_suppressed_by_staff(address: Address) -> bool:
    """Nobody gets in with it, however they come."""
    return _suppressed(address.firm_id).filter(address=address).exists()


def _suppressed(firm: Firm | int) -> QuerySet[Suppression]:
    return Suppression.objects.filter(firm=firm, reason=SuppressionReason.BY_STAFF, lifted_at=None)


def _standing(pair: AccountAddress | None, address: Address, *, suppressed: bool) -> Standing:
    return Standing(
        linked=pair is not None,
        login=pair is not None and pair.login,
        notify=pair is not None and pair.notify,
        suppressed=suppressed,
        archived=address.contact.archived_at is not None,
        replaced=address.unlinked_at is not None,
    )


def count_to_do(firm: Firm, accounts: Collection[Account], contact: Contact) -> dict[int, int]:
    """Account id -> how many of its items wait for this contact: open, and naming nobody, or them before they have acted."""
    named = ActionParty.objects.filter(firm=firm, action=OuterRef("pk"), role__in=NAMED)
    waits = ~Exists(named) | Exists(named.filter(contact=contact, done_at=None))
    counted = Action.objects.filter(waits, firm=firm, account__in=accounts, state=ActionState.OPEN).order_by()
    return dict(counted.values("account").annotate(open=Count("pk")).values_list("account", "open"))
