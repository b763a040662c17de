"""Settings > Custom fields, Groups, Tags."""

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from clients.custom_fields import fields_of, set_values
from clients.enums import FieldKind
from clients.models import Account, AccountTag, CustomField, Group, GroupMember, Tag
from firms.models import ActivityLine
from tenancy.context import firm_context
from tests.desk.conftest import SignIn
from tests.desk.reading import Answer, main_of, read
from tests.people import Lumiere, Peeters

Firms = tuple[Lumiere, Peeters]
HOSTILE = ("<script>alert(1)</script>", "=HYPERLINK(1)")


def text_of(answer: Answer) -> str:
    return read(answer).text


@pytest.fixture
def claire(two_firms: Firms, sign_in: SignIn) -> Client:
    return sign_in(two_firms[0].claire)


# --- Custom fields -------------------------------------------------------------------------------------------------------


@pytest.mark.rule("C03")
def test_a_field_of_kind_email_is_made(two_firms: Firms, claire: Client) -> None:
    answer = claire.post("/settings/fields/", {"name": "Second e-mail", "kind": "email"}, follow=True)
    assert "The field Second e-mail was added: it stands in the form of every contact." in text_of(answer)
    with firm_context(two_firms[0].firm.pk):
        assert [(each.name, each.kind) for each in fields_of(two_firms[0].firm)] == [("Second e-mail", "email")]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"name": "", "kind": "text"}, "This field is required."),
        ({"name": "x" * 10_000, "kind": "text"}, "at most 60 characters"),
        ({"name": "a\0b", "kind": "text"}, "Null characters are not allowed."),
        ({"name": "Size", "kind": "choice", "choices": " \n"}, "Type what can be chosen, one choice a line."),
        ({"name": "Size", "kind": "choice", "choices": "x" * 81}, "At most 100 choices of 80 characters each."),
        ({"name": "Size", "kind": "colour"}, "is not one of the available choices"),
        ({"name": "NOTE", "kind": "text"}, "Another field has this name. Choose a name that tells them apart."),
    ],
)
def test_what_cannot_be_a_field_is_said(two_firms: Firms, claire: Client, data: dict[str, str], said: str) -> None:
    with firm_context(two_firms[0].firm.pk):
        CustomField.objects.create(firm=two_firms[0].firm, name="Note", kind="text")
    answer = claire.post("/settings/fields/", data)
    assert (answer.status_code, said in text_of(answer)) == (200, True)
    with firm_context(two_firms[0].firm.pk):
        assert fields_of(two_firms[0].firm).count() == 1


def test_a_field_is_moved_changed_and_deleted(two_firms: Firms, claire: Client) -> None:
    firm = two_firms[0].firm
    with firm_context(firm.pk):
        note = CustomField.objects.create(firm=firm, name="Note", kind="text", position=1)
        size = CustomField.objects.create(firm=firm, name="Size", kind=FieldKind.CHOICE, choices=["Small", "Large"], position=2)
        set_values(firm=firm, values={two_firms[0].nadia.pk: {size: "Small"}})
    assert claire.post(f"/settings/fields/{size.code}/move/", {"to": "up"})["Location"] == f"/settings/fields/#up-{size.code}"
    page = text_of(claire.post(f"/settings/fields/{size.code}/", {"name": "Size", "choices": "Large"}))
    assert "Contacts have this choice, so it stays: Small (1). Give them another one first." in page
    claire.post(f"/settings/fields/{size.code}/", {"name": "Shoes", "choices": "Small\nlarge\nLARGE\nWide"})
    with firm_context(firm.pk):
        assert [(each.name, each.choices) for each in fields_of(firm)] == [("Shoes", ["Small", "large", "Wide"]), ("Note", [])]
    assert "What 1 contact has in it is lost, and cannot be brought back." in claire.get("/settings/fields/").content.decode()
    claire.post(f"/settings/fields/{size.code}/delete/", {"name": "Size"})  # drawn before it was renamed
    with firm_context(firm.pk):
        assert fields_of(firm).count() == 2
    claire.post(f"/settings/fields/{size.code}/delete/", {"name": "Shoes"})
    with firm_context(firm.pk):
        assert list(fields_of(firm)) == [note]


# --- Groups --------------------------------------------------------------------------------------------------------------


@pytest.mark.rule("M8")
def test_a_group_has_its_own_address_and_colleagues_who_can_be_in_several(two_firms: Firms, claire: Client) -> None:
    firm, emma = two_firms[0].firm, two_firms[0].emma
    for name in ("Payroll", "Artisans"):
        data = {"name": name, "email": f"{name.lower()}@lumiere.example", "members": [emma.code, two_firms[0].paulo.code]}
        claire.post("/settings/groups/", data)
    with firm_context(firm.pk):
        assert list(Group.objects.values_list("name", "email")) == [
            ("Artisans", "artisans@lumiere.example"), ("Payroll", "payroll@lumiere.example"),
        ]  # fmt: skip
        assert list(GroupMember.objects.filter(staff=emma).values_list("group__name", flat=True).order_by("group__name")) == [
            "Artisans",
            "Payroll",
        ]
    assert "Looks after Artisans, Payroll" in text_of(claire.get(f"/settings/team/{emma.code}/"))
    page = text_of(claire.get("/settings/groups/"))
    assert "Payroll payroll@lumiere.example" in page
    refused = claire.post("/settings/groups/", {"name": "PAYROLL"})
    assert "Another group has this name. Choose another name, or merge the two groups." in text_of(refused)


@pytest.mark.rule("M8")
def test_accounts_and_colleagues_go_along_when_groups_are_merged(two_firms: Firms, claire: Client) -> None:
    lumiere = two_firms[0]
    with firm_context(lumiere.firm.pk):
        payroll, artisans = (Group.objects.create(firm=lumiere.firm, name=name) for name in ("Payroll", "Artisans"))
        GroupMember.objects.create(firm=lumiere.firm, group=payroll, staff=lumiere.emma)
        Account.objects.filter(pk=lumiere.bakery.pk).update(group=payroll)
    answer = claire.post(f"/settings/groups/{payroll.code}/merge/", {"into": artisans.code}, follow=True)
    assert "Payroll was merged into Artisans, with 1 account." in text_of(answer)
    with firm_context(lumiere.firm.pk):
        assert (list(Group.objects.all()), Account.objects.get(pk=lumiere.bakery.pk).group) == ([artisans], artisans)
        assert [each.staff for each in artisans.members.all()] == [lumiere.emma]
        line = ActivityLine.objects.get(account_id=lumiere.bakery.pk, verb="account_changed")
        assert (line.detail, line.old, line.new) == ("Group", "Payroll", "Artisans")


def test_a_deleted_group_leaves_its_accounts(two_firms: Firms, claire: Client) -> None:
    lumiere = two_firms[0]
    with firm_context(lumiere.firm.pk):
        payroll = Group.objects.create(firm=lumiere.firm, name="Payroll")
        Account.objects.filter(pk=lumiere.bakery.pk).update(group=payroll)
    page = claire.get(f"/settings/groups/{payroll.code}/")
    assert "1 account is in no group afterwards." in page.content.decode()
    shown = claire.get(read(page).links["1 account is in this group"])
    assert [row[1] for row in main_of(shown).rows] == ["Boulangerie Lefèvre SRL"]
    claire.post(f"/settings/groups/{payroll.code}/delete/")
    with firm_context(lumiere.firm.pk):
        assert (Group.objects.count(), Account.objects.get(pk=lumiere.bakery.pk).group) == (0, None)


def test_a_group_is_changed(two_firms: Firms, claire: Client) -> None:
    lumiere = two_firms[0]
    with firm_context(lumiere.firm.pk):
        payroll = Group.objects.create(firm=lumiere.firm, name="Payroll")
        GroupMember.objects.create(firm=lumiere.firm, group=payroll, staff=lumiere.emma)
    claire.post(f"/settings/groups/{payroll.code}/", {"name": "Wages", "email": "", "members": [lumiere.paulo.code]})
    with firm_context(lumiere.firm.pk):
        assert Group.objects.get().name == "Wages"
        lines = ActivityLine.objects.filter(verb="group_changed").order_by("pk")
        assert [(line.subject, line.detail, line.old, line.new) for line in lines] == [
            ("Wages", "Name", "Payroll", "Wages"), ("Wages", "Looked after by", "Emma Girard", "Paulo Silva"),
        ]  # fmt: skip


# --- Tags ----------------------------------------------------------------------------------------------------------------


def test_the_name_of_another_tag_proposes_to_merge_the_two(two_firms: Firms, claire: Client) -> None:
    lumiere = two_firms[0]
    with firm_context(lumiere.firm.pk):
        vat, monthly = (Tag.objects.create(firm=lumiere.firm, name=name) for name in ("VAT", "Monthly VAT"))
        for account, tag in ((lumiere.bakery, vat), (lumiere.tilleuls, vat), (lumiere.bakery, monthly)):
            AccountTag.objects.create(firm=lumiere.firm, account=account, tag=tag)
    page = text_of(claire.post(f"/settings/tags/{vat.code}/", {"name": "monthly vat"}))
    assert "Merge VAT into Monthly VAT?" in page
    assert "2 accounts with VAT get Monthly VAT in its place, beside 1 that have it already." in page
    answer = claire.post(f"/settings/tags/{vat.code}/merge/", {"into": monthly.code}, follow=True)
    assert "VAT was merged into Monthly VAT on 2 accounts." in text_of(answer)
    with firm_context(lumiere.firm.pk):
        assert list(AccountTag.objects.order_by("account__name").values_list("account__name", "tag__name")) == [
            ("Boulangerie Lefèvre SRL", "Monthly VAT"), ("SCI des Tilleuls", "Monthly VAT"),
        ]  # fmt: skip
        lines = ActivityLine.objects.filter(verb="account_changed").order_by("account_id")
        assert [(line.subject, line.detail, line.old, line.new) for line in lines] == [
            (account.name, "Tag", "VAT", "Monthly VAT") for account in sorted((lumiere.bakery, lumiere.tilleuls), key=lambda each: each.pk)
        ]


def test_a_tag_is_added_renamed_and_deleted(two_firms: Firms, claire: Client) -> None:
    lumiere = two_firms[0]
    claire.post("/settings/tags/", {"name": "VAT"})
    with firm_context(lumiere.firm.pk):
        tag = Tag.objects.get()
        AccountTag.objects.create(firm=lumiere.firm, account=lumiere.bakery, tag=tag)
    claire.post(f"/settings/tags/{tag.code}/", {"name": "vat"})
    page = claire.get(f"/settings/tags/{tag.code}/")
    assert "1 account loses it. It cannot be undone." in page.content.decode()
    shown = claire.get(read(page).links["1 account has this tag"])
    assert [row[1] for row in main_of(shown).rows] == ["Boulangerie Lefèvre SRL"]
    claire.post(f"/settings/tags/{tag.code}/delete/")
    with firm_context(lumiere.firm.pk):
        lines = ActivityLine.objects.filter(verb="tag_changed").order_by("pk")
        assert [(line.subject, line.detail, line.old, line.new) for line in lines] == [
            ("VAT", "created", "", ""), ("vat", "Name", "VAT", "vat"), ("vat", "deleted", "vat", ""),
        ]  # fmt: skip
        of_account = ActivityLine.objects.get(verb="account_changed", account_id=lumiere.bakery.pk)
        assert (of_account.subject, of_account.detail, of_account.old, of_account.new) == (lumiere.bakery.name, "Tag", "vat", "")
        assert (Tag.objects.count(), AccountTag.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a, b", "A tag has no comma: commas part one tag from the next."),
        ("x" * 10_000, "at most 60 characters"),
        ("\0", "Null characters"),
    ],
)
def test_what_cannot_be_a_tag_is_said(claire: Client, name: str, said: str) -> None:
    assert said in text_of(claire.post("/settings/tags/", {"name": name}))


# --- All three -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["fields", "groups", "tags"])
@pytest.mark.parametrize("rows", [1, 3])
def test_lists_cost_the_same_however_many(
    two_firms: Firms, claire: Client, django_assert_num_queries: DjangoAssertNumQueries, page: str, rows: int
) -> None:
    firm = two_firms[0].firm
    with firm_context(firm.pk):
        for n in range(rows):
            CustomField.objects.create(firm=firm, name=f"Field {n}", kind="text", position=n)
            group = Group.objects.create(firm=firm, name=f"Group {n}")
            GroupMember.objects.create(firm=firm, group=group, staff=two_firms[0].emma)
            Tag.objects.create(firm=firm, name=f"Tag {n}")
    with django_assert_num_queries({"fields": 11, "groups": 12, "tags": 10}[page]):
        claire.get(f"/settings/{page}/")


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("page", ["fields", "groups", "tags"])
def test_names_are_shown_as_they_were_typed(claire: Client, page: str, name: str) -> None:
    answer = claire.post(f"/settings/{page}/", {"name": name, "kind": "text"}, follow=True)
    assert (name in text_of(answer), "<script>alert(1)" in answer.content.decode()) == (True, False)


@pytest.mark.parametrize("page", ["fields", "groups", "tags"])
def test_an_employee_has_no_business_there(two_firms: Firms, sign_in: SignIn, page: str) -> None:
    assert sign_in(two_firms[0].emma).get(f"/settings/{page}/").status_code == 403
