"""Settings > Team and rights, as the owner and an admin use it."""

import pytest
from django.core.cache import cache
from django.db import IntegrityError
from pytest_django import DjangoAssertNumQueries

from access.models import Invitation
from access.team import SuccessorGone, remove_colleague
from clients.models import Account
from firms.actors import Actor
from firms.enums import Right, Role, Side, Verb
from firms.models import ActivityLine, Staff, User
from notifications.enums import Audience
from notifications.models import Notice
from tenancy.context import firm_context
from tests.desk.reading import main_of
from tests.factories import PASSWORD, START
from tests.people import Lumiere, Peeters, colleague
from tests.second_steps import CONFIRM, confirmed
from tests.signing import make_client_user, signed_in

LEA = {"name": "Léa Martin", "email": "lea@lumiere.example", "job_title": "Payroll", "language": "fr", "role": "employee"}


@pytest.fixture(autouse=True)
def fresh_throttles(db: None) -> None:
    cache.clear()


def errors_of(response: object) -> dict[str, list[str]]:
    form = response.context["form"]  # type: ignore[attr-defined]
    return {name: list(errors) for name, errors in form.errors.items()}


def of(staff: Staff) -> Staff:
    return Staff.objects.select_related("user").get(pk=staff.pk)


def lines(verb: Verb) -> list[tuple[str, str, str, str]]:
    return list(ActivityLine.objects.filter(verb=verb).order_by("pk").values_list("subject", "detail", "old", "new"))


# --- The list ------------------------------------------------------------------------------------------------------------


def test_list_says_who_works_here_and_what_they_may(lumiere: Lumiere) -> None:
    signed_in(lumiere.claire).post("/settings/team/invite/", LEA)
    main = main_of(signed_in(lumiere.claire).get("/settings/team/"))
    assert [row[:3] for row in main.rows] == [
        ["AB Amir Benali amir@lumiere.example", "Admin All rights", "Active"],
        ["CM Claire Moreau (you) claire@lumiere.example", "Owner All rights", "Active"],
        ["EG Emma Girard emma@lumiere.example", "Employee Manage accounts, Manage requests, See all accounts", "Active"],
        ["LM Léa Martin Payroll · lea@lumiere.example", "Employee Only the accounts they manage", "Pending invited on Tue 3 Nov"],
        ["PS Paulo Silva paulo@lumiere.example", "Employee Only the accounts they manage", "Active"],
    ]
    assert [row[3] for row in main.rows] == ["0", "2", "0", "0", "0"]


def test_list_of_a_firm_of_one_says_what_to_do(two_firms: tuple[Lumiere, Peeters]) -> None:
    main = main_of(signed_in(two_firms[1].wim).get("/settings/team/"))
    assert "Nobody else works here yet" in main.text
    assert main.links["Invite the first colleague"] == "/settings/team/invite/"


@pytest.mark.parametrize("more", [0, 2])
def test_list_costs_the_same_however_many(lumiere: Lumiere, more: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    browser = signed_in(lumiere.claire)
    for number in range(more):
        colleague(lumiere.firm, f"Colleague {number}", f"c{number}@lumiere.example")
        Account.objects.create(firm=lumiere.firm, name=f"Account {number}", manager=lumiere.paulo, created_at=lumiere.firm.created_at)
    browser.get("/settings/team/")
    with django_assert_num_queries(9):
        browser.get("/settings/team/")


# --- Inviting ------------------------------------------------------------------------------------------------------------


def test_inviting_makes_a_colleague_a_line_and_an_e_mail(lumiere: Lumiere) -> None:
    answer = signed_in(lumiere.amir).post("/settings/team/invite/", {**LEA, "manage_actions": "on"})
    assert answer.headers["Location"] == "/settings/team/"
    lea = Staff.objects.select_related("user").get(user__email="lea@lumiere.example")
    assert (lea.name, lea.job_title, lea.role, lea.rights, lea.language) == ("Léa Martin", "Payroll", "employee", ["manage_actions"], "fr")
    assert lea.is_pending
    assert Invitation.objects.get(user=lea.user).invited_by == lumiere.amir
    assert lines(Verb.STAFF_INVITED) == [("Léa Martin", "lea@lumiere.example", "", "Employee")]
    notice = Notice.objects.get(event="staff_invitation")
    assert (notice.audience, notice.email, notice.values["invited_by"], notice.values["language"]) == (
        Audience.STAFF, "lea@lumiere.example", "Amir Benali", "fr",
    )  # fmt: skip


@pytest.mark.rule("M30")
def test_admin_cannot_invite_an_admin_or_an_owner(lumiere: Lumiere) -> None:
    for role in ("admin", "owner"):
        assert signed_in(lumiere.amir).post("/settings/team/invite/", {**LEA, "role": role}).status_code == 403
    assert signed_in(lumiere.claire).post("/settings/team/invite/", {**LEA, "role": "owner"}).status_code == 200
    assert Staff.objects.count() == 4


def test_owner_invites_an_admin_and_the_owners_are_told(lumiere: Lumiere) -> None:
    signed_in(lumiere.claire).post("/settings/team/invite/", {**LEA, "role": "admin"})
    assert Staff.objects.get(user__email="lea@lumiere.example").role == Role.ADMIN
    told = Notice.objects.get(audience=Audience.OWNER)
    assert (told.email, told.values["rows"]) == (
        "claire@lumiere.example",
        [{"WHAT": "Rôle de Léa Martin", "OLD": "", "NEW": "Administrateur"}],
    )


@pytest.mark.rule("B10", "B11", "M9")
@pytest.mark.parametrize("email", ["wim@peeters.example", "WIM@Peeters.example"])
def test_address_of_another_firm_is_refused_with_a_way_out_and_no_name(two_firms: tuple[Lumiere, Peeters], email: str) -> None:
    lumiere, _ = two_firms
    answer = signed_in(lumiere.claire).post("/settings/team/invite/", {**LEA, "email": email})
    said = errors_of(answer)["email"][0]
    assert said.startswith("Somebody signs in with this address already, and an address can sign in to one firm only.")
    assert f"{email.partition('@')[0]}+firm@{email.partition('@')[2]}" in said
    assert "Kantoor" not in answer.content.decode()
    alias = signed_in(lumiere.claire).post("/settings/team/invite/", {**LEA, "email": "wim+firm@peeters.example"})
    assert alias.headers["Location"] == "/settings/team/"


def test_clients_login_is_no_colleagues_too(two_firms: tuple[Lumiere, Peeters]) -> None:
    lumiere, _ = two_firms
    make_client_user(lumiere.firm, lumiere.nadia_address)
    answer = signed_in(lumiere.claire).post("/settings/team/invite/", {**LEA, "email": "nadia@lefevre.example"})
    assert errors_of(answer)["email"][0].startswith("Somebody signs in with this address already")


@pytest.mark.rule("M9")
def test_trying_addresses_is_limited_for_the_firm(two_firms: tuple[Lumiere, Peeters]) -> None:
    lumiere, _ = two_firms
    for staff in [lumiere.claire, lumiere.amir] * 10:
        signed_in(staff).post("/settings/team/invite/", {**LEA, "email": "wim@peeters.example"})
    answer = signed_in(lumiere.claire).post("/settings/team/invite/", LEA)
    assert errors_of(answer) == {
        "email": ["Too many addresses were refused within an hour. Please wait an hour before you invite somebody else."]
    }
    with firm_context(lumiere.firm.pk):
        assert Staff.objects.count() == 4


def test_colleague_cannot_be_invited_twice(lumiere: Lumiere) -> None:
    answer = signed_in(lumiere.claire).post("/settings/team/invite/", {**LEA, "email": "Emma@lumiere.example"})
    assert errors_of(answer) == {"email": ["This colleague is in the team already. To send an invitation again, open their page."]}


@pytest.mark.parametrize("field", ["firm", "firm_id", "is_active", "password", "user"])
def test_unknown_fields_are_ignored(two_firms: tuple[Lumiere, Peeters], field: str) -> None:
    lumiere, peeters = two_firms
    signed_in(lumiere.amir).post("/settings/team/invite/", {**LEA, field: str(peeters.firm.pk)})
    with firm_context(lumiere.firm.pk):
        lea = Staff.objects.select_related("user").get(user__email="lea@lumiere.example")
        assert (lea.firm_id, lea.user.firm_id, lea.user.is_active, lea.is_pending) == (lumiere.firm.pk, lumiere.firm.pk, False, True)


def test_sending_again_makes_the_earlier_link_void(lumiere: Lumiere) -> None:
    browser = signed_in(lumiere.claire)
    browser.post("/settings/team/invite/", LEA)
    lea = Staff.objects.get(user__email="lea@lumiere.example")
    browser.post(f"/settings/team/{lea.code}/invitation/")
    assert [each.voided_at is None for each in Invitation.objects.order_by("pk")] == [False, True]
    assert Notice.objects.filter(event="staff_invitation").count() == 2


def test_nobodys_mailbox_is_filled_with_invitations(lumiere: Lumiere) -> None:
    browser = signed_in(lumiere.claire)
    browser.post(
        "/settings/team/invite/", {"name": "Léa", "email": "lea@lumiere.example", "job_title": "", "language": "", "role": "employee"}
    )
    lea = Staff.objects.get(user__email="lea@lumiere.example")
    answers = [browser.post(f"/settings/team/{lea.code}/invitation/", follow=True).content.decode() for _ in range(6)]
    refused = ["Several invitations went to this address within an hour." in answer for answer in answers]
    assert (refused, Notice.objects.filter(event="staff_invitation").count()) == ([False] * 5 + [True], 6)


def test_who_has_joined_is_not_invited_again(lumiere: Lumiere) -> None:
    signed_in(lumiere.claire).post(f"/settings/team/{lumiere.emma.code}/invitation/")
    assert Invitation.objects.count() == 0


# --- Changing ------------------------------------------------------------------------------------------------------------


def drawn(staff: Staff) -> dict[str, str]:
    """What a page drawn now says of somebody's rights: a browser posts it with the switches."""
    return {f"initial-{right.value}": str(right.value in staff.rights) for right in Right}


def test_changing_writes_a_line_for_each_difference(lumiere: Lumiere) -> None:
    words = {**drawn(lumiere.emma), "job_title": "Payroll", "language": "en", "see_all_accounts": "on", "debtors": "on"}
    signed_in(lumiere.amir).post(f"/settings/team/{lumiere.emma.code}/", words)
    emma = of(lumiere.emma)
    assert (emma.job_title, emma.language, emma.rights, emma.role) == ("Payroll", "en", ["debtors", "see_all_accounts"], "employee")
    assert lines(Verb.STAFF_CHANGED) == [
        ("Emma Girard", "Rights", "Manage accounts, Manage requests, See all accounts", "Debtors, See all accounts"),
        ("Emma Girard", "Function", "", "Payroll"),
        ("Emma Girard", "Language", "", "en"),
    ]


def test_lost_right_is_lost_at_the_next_request(lumiere: Lumiere) -> None:
    emma = signed_in(lumiere.emma)
    assert emma.get("/accounts/new/").status_code == 200
    words = {**drawn(lumiere.emma), "role": "employee", "see_all_accounts": "on"}
    signed_in(lumiere.claire).post(f"/settings/team/{lumiere.emma.code}/", words)
    assert emma.get("/accounts/new/").status_code == 403


def test_owner_gives_a_role_and_all_owners_are_told(lumiere: Lumiere) -> None:
    confirmed(signed_in(lumiere.claire)).post(f"/settings/team/{lumiere.emma.code}/", {"role": "owner"})
    assert of(lumiere.emma).role == Role.OWNER
    assert sorted(Notice.objects.filter(audience=Audience.OWNER).values_list("email", flat=True)) == [
        "claire@lumiere.example", "emma@lumiere.example",
    ]  # fmt: skip


def test_who_loses_ownership_is_told_of_it(lumiere: Lumiere) -> None:
    Staff.objects.filter(pk=lumiere.emma.pk).update(role=Role.OWNER)
    signed_in(lumiere.claire).post(f"/settings/team/{lumiere.emma.code}/", {"role": "employee"})
    signed_in(lumiere.claire).post(f"/settings/team/{lumiere.amir.code}/", {"role": "employee"})
    told = Notice.objects.filter(audience=Audience.OWNER).order_by("pk").values_list("email", flat=True)
    assert sorted(told[:2]) == ["claire@lumiere.example", "emma@lumiere.example"]
    assert list(told[2:]) == ["claire@lumiere.example"]


def test_two_who_give_rights_at_once_undo_nothing_of_each_other(lumiere: Lumiere) -> None:
    older_page = {**drawn(lumiere.paulo), "role": "employee", "incidents": "on"}
    signed_in(lumiere.amir).post(f"/settings/team/{lumiere.paulo.code}/", {**drawn(lumiere.paulo), "debtors": "on"})
    signed_in(lumiere.claire).post(f"/settings/team/{lumiere.paulo.code}/", older_page)
    assert of(lumiere.paulo).rights == ["debtors", "incidents"]


def test_ones_own_role_and_rights_cannot_be_posted(lumiere: Lumiere) -> None:
    assert signed_in(lumiere.amir).post(f"/settings/team/{lumiere.amir.code}/", {"role": "owner"}).status_code == 403
    assert signed_in(lumiere.claire).post(f"/settings/team/{lumiere.claire.code}/", {"role": "employee"}).status_code == 403
    signed_in(lumiere.amir).post(f"/settings/team/{lumiere.amir.code}/", {"job_title": "Audit", "manage_billing": "on"})
    amir = of(lumiere.amir)
    assert (amir.role, amir.job_title, amir.rights) == (Role.ADMIN, "Audit", [])


def test_passing_ownership_on_leaves_an_admin(lumiere: Lumiere) -> None:
    confirmed(signed_in(lumiere.claire)).post(f"/settings/team/{lumiere.emma.code}/owner/")
    assert (of(lumiere.emma).role, of(lumiere.claire).role) == (Role.OWNER, Role.ADMIN)
    assert lines(Verb.STAFF_CHANGED) == [("Emma Girard", "Role", "Employee", "Owner"), ("Claire Moreau", "Role", "Owner", "Admin")]
    told = Notice.objects.filter(audience=Audience.OWNER).values_list("email", flat=True)
    assert sorted(told) == ["claire@lumiere.example", "emma@lumiere.example"]


def test_ownership_goes_to_nobody_who_has_not_joined(lumiere: Lumiere) -> None:
    browser = confirmed(signed_in(lumiere.claire))
    browser.post("/settings/team/invite/", LEA)
    lea = Staff.objects.get(user__email="lea@lumiere.example")
    said = browser.post(f"/settings/team/{lea.code}/owner/", follow=True).content.decode()
    assert "Ownership goes to somebody who has accepted the invitation." in said
    assert (of(lea).role, of(lumiere.claire).role) == (Role.EMPLOYEE, Role.OWNER)


@pytest.mark.parametrize(("act", "role_after"), [("", Role.OWNER), ("owner/", Role.ADMIN)])
def test_an_open_browser_alone_makes_nobody_an_owner(lumiere: Lumiere, act: str, role_after: Role) -> None:
    browser, path = signed_in(lumiere.claire), f"/settings/team/{lumiere.emma.code}/{act}"
    asked = browser.post(path, {"role": "owner", "job_title": "Audit"})
    assert asked["Location"] == f"{CONFIRM}?next={path.replace('/', '%2F')}"
    browser.post(asked["Location"], {"password": "a guess", "next": path})
    assert (of(lumiere.emma).role, of(lumiere.claire).role) == (Role.EMPLOYEE, Role.OWNER)
    done = browser.post(asked["Location"], {"password": PASSWORD, "next": path})
    assert done["Location"] == "/settings/team/"
    assert (of(lumiere.emma).role, of(lumiere.claire).role) == (Role.OWNER, role_after)
    assert set(ActivityLine.objects.filter(verb=Verb.STAFF_CHANGED).values_list("actor_name", "ip")) == {("Claire Moreau", "127.0.0.1")}


def test_who_may_not_make_an_owner_is_not_asked_who_they_are(lumiere: Lumiere) -> None:
    assert signed_in(lumiere.amir).post(f"/settings/team/{lumiere.emma.code}/owner/").status_code == 403


# --- Leaving -------------------------------------------------------------------------------------------------------------


def test_removal_ends_access_at_the_next_request_and_hands_accounts_over(lumiere: Lumiere) -> None:
    Account.objects.filter(pk=lumiere.bakery.pk).update(manager=lumiere.emma)
    emma = signed_in(lumiere.emma)
    signed_in(lumiere.amir).post(f"/settings/team/{lumiere.emma.code}/remove/", {"successor": lumiere.paulo.code})
    left = of(lumiere.emma)
    assert (left.left_at is not None, left.user.is_active) == (True, False)
    assert emma.get("/")["Location"] == "/sign-in/?next=/"
    assert Account.objects.get(pk=lumiere.bakery.pk).manager == lumiere.paulo
    assert lines(Verb.STAFF_REMOVED) == [("Emma Girard", "emma@lumiere.example", "", "")]
    assert lines(Verb.ACCOUNT_CHANGED) == [("Boulangerie Lefèvre SRL", "Manager", "Emma Girard", "Paulo Silva")]


def test_removal_makes_an_open_invitation_void(lumiere: Lumiere) -> None:
    browser = signed_in(lumiere.claire)
    browser.post("/settings/team/invite/", LEA)
    browser.post(f"/settings/team/{Staff.objects.get(user__email='lea@lumiere.example').code}/remove/")
    assert Invitation.objects.get().voided_at is not None


@pytest.mark.parametrize("successor", ["emma", "wim", "nobody at all"])
def test_accounts_go_to_nobody_who_could_not_take_them(two_firms: tuple[Lumiere, Peeters], successor: str) -> None:
    lumiere, peeters = two_firms
    code = {"emma": lumiere.emma.code, "wim": peeters.wim.code}.get(successor, "AAAAAAAAAAAA")
    assert signed_in(lumiere.claire).post(f"/settings/team/{lumiere.emma.code}/remove/", {"successor": code}).status_code == 404
    with firm_context(lumiere.firm.pk):
        assert of(lumiere.emma).left_at is None


def test_accounts_do_not_go_to_a_colleague_who_has_left_meanwhile(lumiere: Lumiere) -> None:
    browser, remove = signed_in(lumiere.claire), f"/settings/team/{lumiere.emma.code}/remove/"
    Staff.objects.filter(pk=lumiere.paulo.pk).update(left_at=START)
    answer = browser.post(remove, {"successor": lumiere.paulo.code}, follow=True)
    assert answer.redirect_chain == [(f"/settings/team/{lumiere.emma.code}/", 302)]
    assert "the colleague who was to take over has left meanwhile. Choose somebody else." in answer.content.decode()
    assert of(lumiere.emma).left_at is None


def test_successor_is_read_again_once_nobody_else_changes_the_team(lumiere: Lumiere) -> None:
    Account.objects.filter(pk=lumiere.bakery.pk).update(manager=lumiere.emma)
    seen = of(lumiere.paulo)  # as the form found them
    Staff.objects.filter(pk=lumiere.paulo.pk).update(left_at=START)
    with pytest.raises(SuccessorGone):
        remove_colleague(firm=lumiere.firm, staff=lumiere.emma, successor=seen, by=Actor.staff(lumiere.claire), now=START)
    assert (of(lumiere.emma).left_at, Account.objects.get(pk=lumiere.bakery.pk).manager) == (None, lumiere.emma)


def test_last_owner_cannot_leave(lumiere: Lumiere) -> None:
    answer = signed_in(lumiere.claire).post(f"/settings/team/{lumiere.claire.code}/remove/", follow=True)
    assert "A firm always has an owner. Make a colleague an owner first." in answer.content.decode()
    assert of(lumiere.claire).left_at is None


def test_pending_owner_does_not_count_as_one(lumiere: Lumiere) -> None:
    Staff.objects.filter(pk=lumiere.emma.pk).update(role=Role.OWNER)
    lumiere.emma.user.set_unusable_password()
    lumiere.emma.user.save()
    signed_in(lumiere.claire).post(f"/settings/team/{lumiere.claire.code}/remove/")
    assert of(lumiere.claire).left_at is None


def test_owner_beside_another_may_leave_and_is_signed_out(lumiere: Lumiere) -> None:
    Staff.objects.filter(pk=lumiere.emma.pk).update(role=Role.OWNER)
    browser = signed_in(lumiere.claire)
    answer = browser.post(f"/settings/team/{lumiere.claire.code}/remove/", {"successor": lumiere.emma.code})
    assert (answer["Location"], browser.get("/")["Location"]) == ("/sign-in/", "/sign-in/?next=/")
    assert (of(lumiere.claire).left_at is not None, Account.objects.get(pk=lumiere.bakery.pk).manager) == (True, lumiere.emma)


def test_who_left_stands_apart_and_comes_back_by_a_new_invitation(lumiere: Lumiere) -> None:
    browser = signed_in(lumiere.claire)
    browser.post(f"/settings/team/{lumiere.emma.code}/remove/")
    main = main_of(browser.get("/settings/team/"))
    assert main.find_all("summary")[0].text == "1 person has left"
    form = browser.get(f"/settings/team/invite/?again={lumiere.emma.code}").context["form"]
    assert (form["name"].value(), form["email"].value()) == ("Emma Girard", "emma@lumiere.example")
    browser.post("/settings/team/invite/", {**LEA, "name": "Emma Girard", "email": "emma@lumiere.example"})
    emma = of(lumiere.emma)
    assert (emma.left_at, emma.user.is_active, emma.is_pending, emma.rights) == (None, False, True, [])
    assert Invitation.objects.get().user == emma.user


# --- Who may -------------------------------------------------------------------------------------------------------------


@pytest.mark.rule("M30", "A19")
def test_employees_have_no_team_page(lumiere: Lumiere) -> None:
    for path in ("/settings/team/", "/settings/team/invite/", f"/settings/team/{lumiere.paulo.code}/"):
        assert signed_in(lumiere.emma).get(path).status_code == 403
    assert signed_in(lumiere.emma).post("/settings/team/invite/", LEA).status_code == 403


def test_colleague_of_another_firm_is_not_there(two_firms: tuple[Lumiere, Peeters]) -> None:
    lumiere, peeters = two_firms
    for page in ("", "invitation/", "owner/", "remove/"):
        assert signed_in(peeters.wim).post(f"/settings/team/{lumiere.emma.code}/{page}", {"role": "admin"}).status_code == 404


def test_every_right_is_explained(lumiere: Lumiere) -> None:
    rights = signed_in(lumiere.claire).get(f"/settings/team/{lumiere.paulo.code}/").context["rights"]
    assert [(field.name, bool(field.help_text)) for field in rights] == [(right.value, True) for right in Right]


def test_login_is_unique_across_firms_in_the_database(two_firms: tuple[Lumiere, Peeters]) -> None:
    lumiere, _ = two_firms
    with firm_context(lumiere.firm.pk), pytest.raises(IntegrityError, match="firms_user_one_active_login_per_address"):
        User.objects.create(firm=lumiere.firm, side=Side.STAFF, email="Wim@Peeters.example", created_at=START)
