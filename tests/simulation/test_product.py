"""The engine of the simulation and the product on PostgreSQL live the same histories, so that what holds of one holds of the other."""

from datetime import datetime

import pytest

from firms.models import Firm, Staff
from firms.services import create_firm
from tenancy.context import firm_context
from tests.factories import PASSWORD, START, ContactFactory
from tests.simulation.history import History, a_short_one
from tests.simulation.living import Life
from tests.simulation.product import Product
from tests.simulation.seeds import PRODUCT, SHARE
from tests.simulation.world import Happening

HISTORIES = 2 * SHARE

PEOPLE = (900_001, 900_002, 900_003)  # the same in each run: a person's place in the hours comes from their key


class Beside(Life):
    """Engine and models, and the product beside them."""

    def __init__(self, history: History, firm: Firm, staff: Staff) -> None:
        super().__init__(history)
        self.product = Product(self.world, firm, staff)

    def apply(self, happening: Happening) -> None:
        super().apply(happening)
        self.product.happen(happening.what, happening.values, happening.at)
        self.same(happening.at, str(happening))

    def sweep(self, now: datetime) -> None:
        super().sweep(now)
        self.product.sweep(now)
        self.same(now, "sweep")

    def dispatch(self, now: datetime) -> None:
        self.product.dispatch(now, self.kill)
        super().dispatch(now)
        self.same(now, "dispatch")

    def same(self, now: datetime, what: str) -> None:
        ours, theirs = self.engine.state(), self.product.state()
        differences = [
            f"{key}: {ours.get(key)} in the engine, {theirs.get(key)} in the product"
            for key in sorted({*ours, *theirs}, key=repr)
            if ours.get(key) != theirs.get(key)
        ]
        assert not differences, "\n".join([f"{now}, {what}:", *differences])


def make_firm() -> tuple[Firm, Staff, list[int]]:
    firm = create_firm(
        name="Cabinet Lumière", owner_name="Claire Moreau", owner_email="claire@lumiere.example", owner_password=PASSWORD, now=START,
        set_up_at=START,
    )  # fmt: skip
    with firm_context(firm.pk):
        staff = Staff.objects.select_related("user").get(firm=firm)
        return firm, staff, [ContactFactory(firm=firm, pk=key).pk for key in PEOPLE]


@pytest.mark.django_db
@pytest.mark.rule("M16", "M31", "M33", "X04", "X08", "X16")
@pytest.mark.parametrize("seed", [*PRODUCT, *(f"product:{number}" for number in range(HISTORIES))])
def test_product_does_what_the_engine_does(seed: str) -> None:
    firm, staff, keys = make_firm()
    Beside(a_short_one(seed, keys), firm, staff).live()
