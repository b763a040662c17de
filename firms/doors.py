"""The staff's door: who is behind a request, and what they may do."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from firms.enums import Right, Side
from firms.models import Staff, User
from firms.rules import Powers, has_right, may_change_settings, powers_of


def staff_of(request: HttpRequest) -> Staff:
    """The member of staff who is signed in. For clients there is no desk (404); whoever has left is refused (403)."""
    user = request.user
    if not isinstance(user, User) or user.side != Side.STAFF:
        raise Http404
    staff = getattr(request, "staff", None)
    if staff is None:
        staff = Staff.objects.select_related("firm", "user").filter(user=user, left_at=None).first()
        if staff is None:
            raise PermissionDenied
        request.staff = staff  # type: ignore[attr-defined]
    return staff


def powers(staff: Staff) -> Powers:
    return powers_of(staff_id=staff.pk, role=staff.role, rights=staff.rights)


def require(staff: Staff, right: Right) -> None:
    """Raises `PermissionDenied` (403) without the right."""
    if not has_right(powers(staff), right):
        raise PermissionDenied


def staff_only[**P](view: Callable[Concatenate[HttpRequest, P], HttpResponse]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Sends whoever is not signed in to the sign-in page; for a client there is no such page."""

    @wraps(view)
    def inner(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        staff_of(request)
        return view(request, *args, **kwargs)

    return inner


def admins_only[**P](view: Callable[Concatenate[HttpRequest, P], HttpResponse]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """As `staff_only`, for the owner and admins; an employee is refused (403)."""

    @wraps(view)
    def inner(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not may_change_settings(powers(staff_of(request))):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return staff_only(inner)
