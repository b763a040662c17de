"""The form that asks for documents."""

from datetime import date

import pytest

from kinds.documents.enums import Rhythm
from kinds.documents.models import PeriodComplete
from kinds.documents.rules import Period
from tenancy.context import firm_context
from tests.documenting import documents_asked
from tests.factories import START
from tests.people import Lumiere, Peeters
from tests.signing import signed_in

SEPTEMBER, OCTOBER = (Period.of(Rhythm.MONTH, date(2026, month, 1)) for month in (9, 10))
QUARTER = Period.of(Rhythm.QUARTER, date(2026, 7, 1))


@pytest.mark.rule("B15")
def test_form_says_which_periods_are_asked_for_already_or_complete(two_firms: tuple[Lumiere, Peeters]) -> None:
    lumiere, _ = two_firms
    claire, address = signed_in(lumiere.claire), f"/requests/new/documents/?account={lumiere.bakery.code}"
    assert claire.get(address).context["form"].known == []
    documents_asked(lumiere, period=SEPTEMBER)  # cannot be asked for any more
    action = documents_asked(lumiere, period=OCTOBER, title="TVA d’octobre")
    with firm_context(lumiere.firm.pk):
        PeriodComplete.objects.create(
            firm=lumiere.firm, account=lumiere.bakery, period_from=QUARTER.first, period_until=QUARTER.last, at=START, by_name="Nadia",
            by_kind="client",
        )  # fmt: skip
    page = claire.get(address).content.decode()
    asked = f'October 2026 is asked for already. <a class="inline-link" href="/requests/{action.code}/">Open “TVA d’octobre”</a>'
    assert ["September 2026" in page, asked in page, "Q3 2026 is complete since Mon 2 Nov." in page] == [False, True, True]
    body = {"period": OCTOBER.key, "title": "", "message": "", "every_days": "3", "at_most": "1"}
    assert claire.post(address, body).status_code == 302  # a warning, not a refusal
