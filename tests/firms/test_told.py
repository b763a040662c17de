from django.utils import translation

from firms.models import Firm
from firms.told import titled


def test_the_colon_stands_as_the_firm_writes_it_whoever_is_at_work() -> None:
    with translation.override("en"):
        assert titled(Firm(language="fr"), "Lettre de mission 2027", "Non.") == "Lettre de mission 2027\u00a0: Non."
    with translation.override("fr"):
        assert titled(Firm(language="en"), "Lettre de mission 2027", "Non.") == "Lettre de mission 2027: Non."
