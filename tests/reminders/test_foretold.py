"""What pages and lists say next is what then goes out, to the minute and the address, as long as nothing changes."""

import pytest

from tests.mail import Mailbox
from tests.people import Lumiere
from tests.reminders.foretold import foretell, random_firm, what_came


@pytest.mark.rule("X01", "X03", "X08", "X16", "M16", "M33")
@pytest.mark.parametrize("seed", [3, 24, 36, 0])
def test_what_is_said_next_is_what_goes_next(lumiere: Lumiere, mailbox: Mailbox, seed: int) -> None:
    firm, actions, now = random_firm(lumiere, seed)
    foretold = foretell(firm, lumiere, actions, now)
    came = what_came(actions, now)
    assert {pk: said.first for pk, said in foretold.items()} == came
    for pk, said in foretold.items():
        first = came[pk]
        assert said.listed.at == (first[1] if first else None) or said.listed.step in ("late", "closed")
