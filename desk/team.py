"""Settings > Team and rights: who works here, who was invited, who has left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access.models import Invitation
from access.team import (
    AlreadyInTeam,
    TeamRefused,
    change_colleague,
    colleague_of,
    invite_again,
    invite_colleague,
    pass_ownership_on,
    remove_colleague,
    words_of,
)
from access.throttles import is_spent, spend
from clients.forms import posted
from clients.models import Account
from desk.settings_frame import frame
from desk.team_forms import InviteForm, LeaveForm, PlaceForm, RightsForm
from firms.actors import Actor
from firms.doors import admins_only, powers, staff_of
from firms.enums import Role
from firms.models import Firm, Staff
from firms.rules import may_give_roles, refuse_passing_on, refuse_removal, refuse_rights, refuse_role, refuse_touching
from firms.services import LoginInUse
from lib import clock
from ui.toasts import toast

FORM = ["GET", "HEAD", "POST"]
TAKEN_AN_HOUR = 20  # addresses that sign in already: whoever tries more is not inviting colleagues
TAKEN = "team_login_taken"


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody as the list shows them; `invited_at` is empty for who has joined, `rights` says an employee's in words."""

    staff: Staff
    accounts: int
    rights: str
    invited_at: datetime | None
    oneself: bool


# --- The list ------------------------------------------------------------------------------------------------------------


@admins_only
@require_safe
def team(request: HttpRequest) -> HttpResponse:
    staff = staff_of(request)
    rows = rows_of(staff)
    here = [row for row in rows if row.staff.left_at is None]
    left = [row for row in rows if row.staff.left_at is not None]
    return render(request, "desk/team.html", {**frame(request, "team"), "rows": here, "left": left, "alone": len(here) == 1})


def rows_of(reader: Staff) -> list[Row]:
    """Three queries however many colleagues."""
    people = Staff.objects.filter(firm=reader.firm_id).select_related("user").order_by("name", "pk")
    accounts, invited = counts_of_accounts(reader.firm), invitations_of(reader.firm)
    return [
        Row(
            staff=each,
            accounts=accounts.get(each.pk, 0),
            rights=said_rights(each),
            invited_at=invited.get(each.user_id) if each.is_pending else None,
            oneself=each.pk == reader.pk,
        )
        for each in people
    ]


def counts_of_accounts(firm: Firm) -> dict[int, int]:
    counted = Account.objects.filter(firm=firm, manager__isnull=False, archived_at=None).order_by().values("manager")
    return dict(counted.annotate(n=Count("pk")).values_list("manager", "n"))


def invitations_of(firm: Firm) -> dict[int, datetime]:
    """User id -> when the newest invitation went out."""
    newest = Invitation.objects.filter(firm=firm, voided_at=None).order_by().values("user").annotate(at=Max("created_at"))
    return dict(newest.values_list("user", "at"))


def said_rights(staff: Staff) -> str:
    if staff.role != Role.EMPLOYEE:
        return _("All rights")
    return words_of(staff.rights) or _("Only the accounts they manage")


# --- Inviting ------------------------------------------------------------------------------------------------------------


@admins_only
@require_http_methods(FORM)
def team_invite(request: HttpRequest) -> HttpResponse:
    staff = staff_of(request)
    form = InviteForm(posted(request), roles=roles_to_invite(staff), initial=invited_at_first(staff, request.GET.get("again", "")))
    rights = RightsForm(posted(request), rights=[])
    if request.method == "POST" and all([form.is_valid(), rights.is_valid()]):
        refuse_other_role(request, roles_to_invite(staff))
        invited = try_to_invite(request, staff, form, rights)
        if invited is not None:
            toast(request, _("%(name)s was invited. The link in the e-mail is good for 14 days.") % {"name": invited.name})
            return redirect("team")
    return render(request, "desk/team_invite.html", {**frame(request, "team"), "form": form, "rights": rights})


def roles_to_invite(staff: Staff) -> list[Role]:
    return [Role.EMPLOYEE, Role.ADMIN] if may_give_roles(powers(staff)) else [Role.EMPLOYEE]


def invited_at_first(staff: Staff, code: str) -> dict[str, object]:
    """What the form begins with: for somebody who is to come back, what they were."""
    again = Staff.objects.select_related("user").filter(firm=staff.firm_id, code=code.replace("\0", ""), left_at__isnull=False).first()
    known = {"name": again.name, "email": again.user.email, "job_title": again.job_title, "language": again.language} if again else {}
    return {"role": Role.EMPLOYEE, **known}


def refuse_other_role(request: HttpRequest, roles: Sequence[Role]) -> None:
    """A role that the form did not offer was put there by hand (403)."""
    if "role" in request.POST and request.POST["role"] not in roles:
        raise PermissionDenied


def try_to_invite(request: HttpRequest, staff: Staff, form: InviteForm, rights: RightsForm) -> Staff | None:
    """None where the form says why not."""
    of = str(staff.firm_id)
    if is_spent(TAKEN, of, most=TAKEN_AN_HOUR):
        form.add_error("email", _("Too many addresses were refused within an hour. Please wait an hour before you invite somebody else."))
        return None
    place = form.place
    place["rights"] = rights.rights
    try:
        return invite_colleague(
            firm=staff.firm, name=form.cleaned_data["name"], email=form.cleaned_data["email"], by=Actor.staff(staff, request),
            now=clock.now(), **place,
        )  # fmt: skip
    except AlreadyInTeam:
        form.add_error("email", _("This colleague is in the team already. To send an invitation again, open their page."))
    except LoginInUse:
        spend(TAKEN, of, most=TAKEN_AN_HOUR)
        form.add_error("email", login_in_use(form.cleaned_data["email"]))
    except TeamRefused as refused:
        form.add_error(None, str(refused))
    return None


def login_in_use(email: str) -> str:
    name, _at, host = email.partition("@")
    word = pgettext("after the + of an e-mail alias", "firm")
    said = _(
        "Somebody signs in with this address already, and an address can sign in to one firm only. Take another one, or an alias of "
        "the same mailbox, for example %(alias)s."
    )
    return said % {"alias": f"{name.partition('+')[0]}+{word}@{host}"}


# --- One colleague -------------------------------------------------------------------------------------------------------


@admins_only
@require_http_methods(FORM)
def team_member(request: HttpRequest, code: str) -> HttpResponse:
    staff, member = staff_of(request), get_colleague_for(staff_of(request), code)
    roles = roles_to_give(staff, member)
    form = PlaceForm(posted(request), roles=roles, initial={name: getattr(member, name) for name in ("job_title", "language", "role")})
    rights = RightsForm(posted(request), rights=member.rights) if may_set_rights(staff, member) else None
    if request.method == "POST":
        if refuse_touching(powers(staff), colleague_of(member)):
            raise PermissionDenied
        refuse_other_role(request, roles)
        if form.is_valid() and (rights is None or rights.is_valid()) and save_colleague(request, member, form, rights):
            return redirect("team")
    return render(
        request, "desk/team_member.html", {**frame(request, "team"), **member_context(staff, member), "form": form, "rights": rights}
    )


def get_colleague_for(staff: Staff, code: str) -> Staff:
    """Somebody who works in the firm; another firm's, and whoever has left, is 404."""
    people = Staff.objects.select_related("firm", "user").filter(firm=staff.firm_id, left_at=None)
    member = people.filter(code=code).first()
    if member is None:
        raise Http404
    return member


def roles_to_give(staff: Staff, member: Staff) -> list[Role]:
    """The roles that the reader may choose between for this colleague, as the rules say."""
    them, mine = colleague_of(member), powers(staff)  # whoever may choose is an owner, and so another one than this colleague
    return [role for role in Role if refuse_role(mine, them, role, other_owners=1) is None]


def may_set_rights(staff: Staff, member: Staff) -> bool:
    return refuse_rights(powers(staff), colleague_of(member)) is None


def save_colleague(request: HttpRequest, member: Staff, form: PlaceForm, rights: RightsForm | None) -> bool:
    staff, place = staff_of(request), form.place
    if rights is not None:
        place["rights"] = rights.rights
    try:
        changes = change_colleague(firm=staff.firm, staff=member, by=Actor.staff(staff, request), now=clock.now(), **place)
    except TeamRefused as refused:
        form.add_error(None, str(refused))
        return False
    said = _("%(name)s was saved. It holds from the next page on.") if changes else _("Nothing was different: %(name)s stays as before.")
    toast(request, said % {"name": member.name})
    return True


def member_context(staff: Staff, member: Staff) -> dict[str, object]:
    mine, them = powers(staff), colleague_of(member)
    owners = list(Staff.objects.select_related("user").filter(firm=staff.firm_id, role=Role.OWNER, left_at=None).exclude(pk=member.pk))
    removal = refuse_removal(mine, them, other_owners=sum(not owner.is_pending for owner in owners))
    return {
        "colleague": member,
        "oneself": member.pk == staff.pk,
        "role": Role(member.role).label,
        "rights_said": said_rights(member),
        "accounts": counts_of_accounts(staff.firm).get(member.pk, 0),
        "invited_at": invitations_of(staff.firm).get(member.user_id),
        "may_touch": refuse_touching(mine, them) is None,
        "may_pass_on": member.role != Role.OWNER and refuse_passing_on(mine, them) is None,
        "why_not_removed": removal.value if removal else "",
        "leave": LeaveForm(staff=member),
    }


# --- Acts ----------------------------------------------------------------------------------------------------------------


@admins_only
@require_POST
def team_resend(request: HttpRequest, code: str) -> HttpResponse:
    staff, member = staff_of(request), get_colleague_for(staff_of(request), code)
    try:
        sent = invite_again(firm=staff.firm, staff=member, by=Actor.staff(staff, request), now=clock.now())
    except TeamRefused:
        raise PermissionDenied from None
    if sent:
        toast(request, _("A new invitation goes to %(email)s; the earlier link no longer works.") % {"email": member.user.email})
    else:
        toast(request, _("%(name)s has joined meanwhile: no invitation is needed.") % {"name": member.name})
    return redirect("team")


@admins_only
@require_POST
def team_pass_on(request: HttpRequest, code: str) -> HttpResponse:
    staff, member = staff_of(request), get_colleague_for(staff_of(request), code)
    if not may_give_roles(powers(staff)):
        raise PermissionDenied
    try:
        pass_ownership_on(firm=staff.firm, to=member, by=Actor.staff(staff, request), now=clock.now())
    except TeamRefused as refused:
        messages.error(request, str(refused))
    else:
        toast(request, _("%(name)s owns the firm now; you are an admin.") % {"name": member.name})
    return redirect("team")


@admins_only
@require_POST
def team_remove(request: HttpRequest, code: str) -> HttpResponse:
    """Somebody else, or oneself: then this browser is signed out too."""
    staff, member = staff_of(request), get_colleague_for(staff_of(request), code)
    if refuse_touching(powers(staff), colleague_of(member)):
        raise PermissionDenied
    form = LeaveForm(request.POST, staff=member)
    if not form.is_valid():
        raise Http404
    try:
        remove_colleague(
            firm=staff.firm, staff=member, successor=form.cleaned_data["successor"], by=Actor.staff(staff, request), now=clock.now()
        )
    except TeamRefused as refused:
        messages.error(request, str(refused))
        return redirect("team_member", member.code)
    if member.pk == staff.pk:
        return goodbye(request)
    toast(request, _("%(name)s can no longer sign in.") % {"name": member.name})
    return redirect("team")


def goodbye(request: HttpRequest) -> HttpResponse:
    logout(request)
    toast(request, _("You have left the firm."))
    return redirect("account_login")
