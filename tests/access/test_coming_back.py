"""Whoever left the firm comes back as somebody new: neither their role nor their ways to sign in come with them."""

import pytest
from allauth.mfa.models import Authenticator

from access.queries import may_sign_in
from access.team import invite_colleague, remove_colleague
from firms.actors import Actor
from firms.enums import Right, Role, Verb
from firms.models import ActivityLine, Staff
from notifications.enums import Audience
from notifications.models import Notice
from notifications.verdicts import Reason, Verdict
from tenancy.context import firm_context
from tests.factories import START
from tests.mail import Mailbox
from tests.people import Lumiere, Peeters
from tests.signing import signed_in
from tests.story import live


def leaves(lumiere: Lumiere, staff: Staff) -> None:
    remove_colleague(firm=lumiere.firm, staff=staff, successor=None, by=Actor.staff(lumiere.claire), now=START)


@pytest.mark.rule("M30")
@pytest.mark.parametrize("role", [Role.OWNER, Role.ADMIN])
def test_admin_who_invites_a_former_owner_or_admin_gets_an_employee_without_rights(two_firms: tuple[Lumiere, Peeters], role: Role) -> None:
    lumiere, _ = two_firms
    with firm_context(lumiere.firm.pk):
        Staff.objects.filter(pk=lumiere.emma.pk).update(role=role, rights=[Right.SEE_ALL_ACCOUNTS])
        leaves(lumiere, lumiere.emma)
    posted = {"name": "Emma", "email": "emma@lumiere.example", "job_title": "", "language": ""}
    signed_in(lumiere.amir).post("/settings/team/invite/", posted)
    with firm_context(lumiere.firm.pk):
        emma = Staff.objects.get(pk=lumiere.emma.pk)
        assert (emma.left_at, emma.role, emma.rights) == (None, Role.EMPLOYEE, [])


def test_second_steps_end_with_the_work_and_no_way_in_opens_before_the_invitation_is_accepted(lumiere: Lumiere) -> None:
    Authenticator.objects.create(user=lumiere.emma.user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    Authenticator.objects.create(user=lumiere.amir.user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    leaves(lumiere, lumiere.emma)
    assert list(Authenticator.objects.values_list("user__email", flat=True)) == ["amir@lumiere.example"]
    assert ActivityLine.objects.filter(verb=Verb.SIGN_IN_CHANGED, actor_name="Claire Moreau").count() == 1
    back = invite_colleague(
        firm=lumiere.firm, name="Other Person", email="emma@lumiere.example", by=Actor.staff(lumiere.claire), now=START,
        job_title="", role=Role.EMPLOYEE, rights=(), language="",
    )  # fmt: skip
    assert (back.pk, back.is_pending, may_sign_in(back.user)) == (lumiere.emma.pk, True, False)


def test_invitation_does_not_leave_the_house_once_it_opens_nothing(lumiere: Lumiere, mailbox: Mailbox) -> None:
    by = Actor.staff(lumiere.claire)
    invite_colleague(
        firm=lumiere.firm, name="Zoé Petit", email="zoe@lumiere.example", by=by, now=START,
        job_title="", role=Role.EMPLOYEE, rights=(), language="",
    )  # fmt: skip
    leaves(lumiere, Staff.objects.get(user__email="zoe@lumiere.example"))
    live(START)
    notice = Notice.objects.get(email="zoe@lumiere.example")
    assert (mailbox.to("zoe@lumiere.example"), notice.verdict, notice.reason) == ([], Verdict.SKIP, Reason.OUT_OF_DATE)
    assert notice.audience == Audience.STAFF
