"""A mail scanner follows every link and posts every form it finds: nothing comes of it."""

import pytest
from django.test import Client

from access.models import ActCode
from kinds.approvals.models import Approval
from tenancy.context import firm_context
from tests.approving import approval
from tests.kinds.signatures.test_scanner import scan, state_of_everything
from tests.people import Lumiere, Peeters
from tests.signing import link_path

Firms = tuple[Lumiere, Peeters]


def state(firm_id: int) -> list[object]:
    with firm_context(firm_id):
        return [*state_of_everything(firm_id), list(Approval.objects.values()), ActCode.objects.count()]


def test_scanner_that_follows_and_posts_everything_changes_nothing(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    action = approval(lumiere, names=("comptes.pdf", "stock.csv"))
    before = state(lumiere.firm.pk)
    seen = scan(Client(enforce_csrf_checks=True), link_path(action, lumiere.nadia_address))
    assert {f"/a/{action.code}/approve/", f"/a/{action.code}/refuse/", f"/a/{action.code}/approve/1/"} <= seen
    assert state(lumiere.firm.pk) == before


@pytest.mark.parametrize("part", ["approve/", "refuse/", "approve/code/", "approve/code/again/"])
def test_post_without_the_page_s_own_token_is_refused(two_firms: Firms, part: str) -> None:
    lumiere, _ = two_firms
    action = approval(lumiere, names=("bilan.csv",))
    client = Client(enforce_csrf_checks=True)
    client.get(link_path(action, lumiere.nadia_address), follow=True)
    before = state(lumiere.firm.pk)
    assert client.post(f"/a/{action.code}/{part}", {"accepted": "on", "comment": "x", "code": "123456"}).status_code == 403
    assert state(lumiere.firm.pk) == before
