"""What stands beside the send button equals what is then written to the outbox."""

from itertools import product

import pytest

from clients.enums import Preference
from clients.models import AccountAddress, Contact
from firms.actors import Actor
from notifications.enums import SuppressionReason
from notifications.models import Notice
from notifications.queries import who_will_get, who_would_get
from notifications.services import suppress_address
from tests.factories import START
from tests.people import Lumiere
from tests.story import ask_signature


@pytest.mark.rule("X22")
@pytest.mark.parametrize(("notify", "wants", "archived", "suppressed", "both"), list(product([True, False], repeat=5)))
def test_before_asking_it_equals_the_outbox(
    lumiere: Lumiere, notify: bool, wants: bool, archived: bool, suppressed: bool, both: bool
) -> None:
    AccountAddress.objects.filter(pk=lumiere.nadia_at_bakery.pk).update(notify=notify, wants_signatures=wants)
    if archived:
        Contact.objects.filter(pk=lumiere.nadia.pk).update(archived_at=START)
    if suppressed:
        suppress(lumiere)
    signers = [lumiere.nadia, lumiere.paul] if both else [lumiere.paul]
    shown = who_would_get(
        firm=lumiere.firm, account=lumiere.bakery, preference=Preference.SIGNATURES, named=[s.pk for s in signers], now=START
    )
    action = ask_signature(lumiere, signers=signers)
    written = {(n.email, n.verdict, n.reason) for n in Notice.objects.filter(action=action)}
    assert {(who.email, who.decision.verdict, who.decision.reason) for who in shown} == written
    assert len(written) == 2


@pytest.mark.rule("X22")
def test_on_an_open_request_it_costs_the_same_however_many_people(lumiere: Lumiere, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    action = ask_signature(lumiere, signers=[lumiere.nadia, lumiere.paul])
    with django_assert_num_queries(2):
        assert [who.gets_it for who in who_will_get(firm=lumiere.firm, action=action, now=START, is_reminder=True)] == [False, False]
    with django_assert_num_queries(2):
        assert [who.gets_it for who in who_will_get(firm=lumiere.firm, action=action, now=START, is_reminder=False)] == [True, True]


def suppress(lumiere: Lumiere) -> None:
    suppress_address(
        firm=lumiere.firm,
        address_id=lumiere.nadia_address.pk,
        reason=SuppressionReason.BY_STAFF,
        detail="",
        by=Actor.staff(lumiere.claire),
        now=START,
    )
