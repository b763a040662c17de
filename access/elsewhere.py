"""Somebody accepts an invitation with an address that signs in elsewhere by then: they are not told so, the firm is (B10, B11)."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import override

from access.doors import unlogged
from access.look import brand_of
from firms.enums import FailedTaskKind, Side
from firms.login_refusals import signs_in_elsewhere
from firms.models import Firm
from firms.services import raise_failed_task

CONFLICT = 409


def refuse_activation(
    request: HttpRequest, *, firm: Firm, email: str, side: Side, now: datetime, account_id: int | None = None
) -> HttpResponse:
    """One neutral page: whether and where somebody signs in with an address is nobody's to know. The office reads what to do."""
    tell_office(firm=firm, email=email, now=now, account_id=account_id)
    context = {"brand": brand_of(firm) if side == Side.CLIENT else None, "firm_name": firm.name}
    return unlogged(render(request, "access/invitation_elsewhere.html", context, status=CONFLICT))


def tell_office(*, firm: Firm, email: str, now: datetime, account_id: int | None) -> None:
    with override(firm.language):
        detail = signs_in_elsewhere(email)
    raise_failed_task(
        firm=firm, kind=FailedTaskKind.LOGIN_IN_USE, key=email.lower(), subject=email, detail=detail, now=now, account_id=account_id
    )
