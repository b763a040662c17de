"""Settings > Team and rights: who works here, who was invited, who has left."""

from collections.abc import Sequence

from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access.queries import invited_at_of
from access.second_steps import ask_once_more
from access.team import (
    AlreadyInTeam,
    SuccessorGone,
    TeamRefused,
    change_colleague,
    colleague_of,
    invite_again,
    invite_colleague,
    pass_ownership_on,
    remove_colleague,
)
from clients.groups import groups_looked_after
from desk.queries import count_managed_accounts
from desk.settings_frame import frame
from desk.team_forms import InviteForm, LeaveForm, PositionForm, RightsForm
from desk.team_rows import rows_of, said_rights
from firms.actors import Actor
from firms.doors import admins_only, powers, staff_of
from firms.enums import Role
from firms.errors import LoginInUse
from firms.models import Staff
from firms.queries import get_colleague_for
from firms.rules import may_give_roles, refuse_passing_on, refuse_removal, refuse_rights, refuse_role, refuse_touching
from lib import clock
from lib.throttles import is_spent, spend
from ui.forms import posted
from ui.toasts import toast

FORM = ["GET", "HEAD", "POST"]
TAKEN_AN_HOUR = 20  # addresses that sign in already: whoever tries more is not inviting colleagues
TAKEN = "team_login_taken"
SENT_AGAIN, AGAIN_AN_HOUR = "team_invited_again", 5  # nobody's mailbox is to be filled from here


# --- The list ------------------------------------------------------------------------------------------------------------


@admins_only
@require_safe
def team(request: HttpRequest) -> HttpResponse:
    staff = staff_of(request)
    rows = rows_of(staff)
    here = [row for row in rows if row.staff.left_at is None]
    left = [row for row in rows if row.staff.left_at is not None]
    return render(request, "desk/team.html", {**frame(request, "team"), "rows": here, "left": left, "alone": len(here) == 1})


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
        form.add_error("email", too_many())
        return None
    position = form.position
    position["rights"] = rights.rights
    try:
        return invite_colleague(
            firm=staff.firm, name=form.cleaned_data["name"], email=form.cleaned_data["email"], by=Actor.staff(staff, request),
            now=clock.now(), **position,
        )  # fmt: skip
    except AlreadyInTeam:
        form.add_error("email", _("This colleague is in the team already. To send an invitation again, open their page."))
    except LoginInUse:
        in_use = login_in_use(form.cleaned_data["email"])
        form.add_error("email", in_use if spend(TAKEN, of, most=TAKEN_AN_HOUR) else too_many())
    except TeamRefused as refused:
        form.add_error(None, str(refused))
    return None


def too_many() -> str:
    return _("Too many addresses were refused within an hour. Please wait an hour before you invite somebody else.")


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
    form = PositionForm(posted(request), roles=roles, initial={name: getattr(member, name) for name in ("job_title", "language", "role")})
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


def roles_to_give(staff: Staff, member: Staff) -> list[Role]:
    """The roles that the reader may choose between for this colleague, as the rules say."""
    them, mine = colleague_of(member), powers(staff)  # whoever may choose is an owner, and so another one than this colleague
    return [role for role in Role if refuse_role(mine, them, role, other_owners=1) is None]


def may_set_rights(staff: Staff, member: Staff) -> bool:
    return refuse_rights(powers(staff), colleague_of(member)) is None


def save_colleague(request: HttpRequest, member: Staff, form: PositionForm, rights: RightsForm | None) -> bool:
    staff, position = staff_of(request), form.position
    if rights is not None:
        position["rights"] = rights.rights
    if position.get("role") == Role.OWNER != member.role:
        ask_once_more(request)
    try:
        changes = change_colleague(firm=staff.firm, staff=member, by=Actor.staff(staff, request), now=clock.now(), **position)
    except TeamRefused as refused:
        form.add_error(None, str(refused))
        return False
    said = _("%(name)s was saved. It applies from the next page on.") if changes else _("Nothing was different: %(name)s stays as before.")
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
        "accounts": count_managed_accounts(staff.firm).get(member.pk, 0),
        "groups": groups_looked_after(member),
        "invited_at": invited_at_of(staff.firm).get(member.user_id),
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
    if not spend(SENT_AGAIN, str(member.pk), most=AGAIN_AN_HOUR):
        messages.error(request, _("Several invitations went to this address within an hour. Please wait an hour before you send another."))
        return redirect("team_member", member.code)
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
    ask_once_more(request)
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
        return refuse_successor(request, member, form)
    try:
        remove_colleague(
            firm=staff.firm, staff=member, successor=form.cleaned_data["successor"], by=Actor.staff(staff, request), now=clock.now()
        )
    except (TeamRefused, SuccessorGone) as refused:
        messages.error(request, str(refused))
        return redirect("team_member", member.code)
    if member.pk == staff.pk:
        return goodbye(request)
    toast(request, _("%(name)s can no longer sign in.") % {"name": member.name})
    return redirect("team")


def refuse_successor(request: HttpRequest, member: Staff, form: LeaveForm) -> HttpResponse:
    """A colleague who has left since the page was drawn is named; anybody else was never offered (404)."""
    if not form.successor_has_left:
        raise Http404
    messages.error(request, str(SuccessorGone()))
    return redirect("team_member", member.code)


def goodbye(request: HttpRequest) -> HttpResponse:
    logout(request)
    toast(request, _("You have left the firm."))
    return redirect("account_login")
