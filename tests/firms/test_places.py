"""Countries, regions and time zones, as the guide offers them."""

from zoneinfo import available_timezones

import holidays
import pytest

from firms.models import Firm
from firms.places import countries, country_codes, regions_of, usual_zone, zones_of


def test_countries_have_names_in_the_readers_language_in_their_order() -> None:
    french = countries("fr")
    assert [name for _code, name in french[:3]] == ["Afghanistan", "Afrique du Sud", "Albanie"]
    assert dict(french)["DE"] == "Allemagne"
    names = [name for _code, name in french]
    assert names.index("États-Unis") < names.index("Finlande")


def test_school_zones_are_no_regions() -> None:
    assert [name for _code, name in regions_of("FR")] == [
        "Alsace", "Guadeloupe", "Guyane", "La Réunion", "Martinique", "Mayotte", "Moselle", "Nouvelle-Calédonie", "Polynésie Française",
        "Saint-Barthélemy", "Saint-Martin", "Saint-Pierre-et-Miquelon", "Terres australes françaises", "Wallis-et-Futuna",
    ]  # fmt: skip
    assert (regions_of("NL"), regions_of("BE"), regions_of("LU")) == ([], [], [])


def test_no_region_without_a_country() -> None:
    assert regions_of("ZZ") == []


@pytest.mark.parametrize("country", sorted(country_codes()))
def test_every_region_and_zone_is_one_that_can_be_kept(country: str) -> None:
    longest = Firm._meta.get_field("region").max_length
    assert longest is not None
    for code, name in regions_of(country):
        assert len(code) <= longest
        assert name.strip()
        holidays.country_holidays(country, subdiv=code)
    assert set(zones_of(country)) <= available_timezones()
    assert usual_zone(country) in ["", *zones_of(country)]
