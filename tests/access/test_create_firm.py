"""`manage.py create_firm`, as an operator calls it."""

import pytest
from django.core.management import CommandError, call_command

from firms.enums import Role, Verb
from firms.models import ActivityLine, Firm, Staff
from firms.queries import list_firm_ids
from tenancy.context import firm_context
from tests.people import make_peeters

pytestmark = pytest.mark.django_db


def create(name: str = "Kantoor Peeters", **changes: str) -> None:
    answers = {"owner": "Wim Peeters", "email": "wim@peeters.example", "language": "en", "time_zone": "Europe/Brussels", "country": "be"}
    call_command("create_firm", name, **{**answers, **changes})


def test_a_firm_stands_with_its_owner_and_its_first_line() -> None:
    create()
    (firm_id,) = list_firm_ids()
    with firm_context(firm_id):
        firm, owner = Firm.objects.get(), Staff.objects.select_related("user").get()
        assert (firm.name, firm.email, firm.country) == ("Kantoor Peeters", "wim@peeters.example", "BE")
        assert (owner.role, owner.user.email, owner.user.has_usable_password()) == (Role.OWNER, "wim@peeters.example", False)
        assert [line.verb for line in ActivityLine.objects.all()] == [Verb.FIRM_CREATED]


def test_names_are_cleaned_as_at_sign_up() -> None:
    create("Kantoor\r\nPeeters\u202e ", owner="Wim\nPeeters")
    (firm_id,) = list_firm_ids()
    with firm_context(firm_id):
        assert (Firm.objects.get().name, Staff.objects.get().name) == ("Kantoor Peeters", "Wim Peeters")


def test_a_login_is_kept_in_lower_case() -> None:
    create(email="Wim.Peeters@Peeters.Example")
    (firm_id,) = list_firm_ids()
    with firm_context(firm_id):
        assert Staff.objects.select_related("user").get().user.email == "wim.peeters@peeters.example"


def test_a_login_belongs_to_one_firm() -> None:
    make_peeters()
    with pytest.raises(CommandError, match="signs in already"):
        create(email="WIM@peeters.example")
    assert len(list_firm_ids()) == 1


@pytest.mark.rule("M9")
def test_an_owner_who_is_yet_to_accept_takes_the_address_from_nobody() -> None:
    create()
    create("Another Firm")
    assert len(list_firm_ids()) == 2


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"email": "wim@"}, "is not an e-mail address"),
        ({"time_zone": "Europe/Lyon"}, "is not a time zone"),
        ({"country": "Belgium"}, "is not a country"),
        ({"region": "6AE"}, "is not a region of BE"),
        ({"name": "x" * 121}, "cannot be the firm's name; write one line of 1 to 120 characters"),
        ({"name": "\u202e"}, "cannot be the firm's name"),
        ({"owner": "x" * 121}, "cannot be the owner's name"),
    ],
)
def test_a_wrong_answer_is_named_and_nothing_is_written(answer: dict[str, str], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        create(**answer)
    assert list_firm_ids() == []
