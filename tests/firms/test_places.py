"""Countries, regions and time zones, as the guide offers them."""

from zoneinfo import available_timezones

import holidays
import pytest

from firms.models import Firm
from firms.places import countries, country_codes, name_of_zone, regions_of, usual_zone, zones_by_area, zones_from_home, zones_of


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


def test_a_zone_has_one_name_in_the_readers_language() -> None:
    assert [name_of_zone("Europe/London", language) for language in ("en", "fr")] == ["London", "Londres"]
    assert [name_of_zone(zone, "fr") for zone in ("America/New_York", "Europe/Kyiv", "UTC")] == ["New York", "Kyiv", "UTC"]


def test_areas_speak_the_readers_language_and_hold_no_zone_twice() -> None:
    french = zones_by_area("fr")
    assert [area for area, _zones in french] == [
        "Europe", "Afrique", "Amériques", "Asie", "Australie", "Océan Atlantique", "Océan Indien", "Océan Pacifique",
    ]  # fmt: skip
    zones = [zone for _area, named in french for zone, _name in named]
    assert len(zones) == len(set(zones))
    assert set(zones) <= available_timezones()
    assert {"Europe/Kiev", "Australia/NSW", "Pacific/Wake", "Asia/Calcutta", "US/Eastern"}.isdisjoint(zones)
    assert {"Europe/Kyiv", "Australia/Sydney", "Asia/Kolkata", "America/New_York", "Indian/Reunion"} <= set(zones)
    assert [name for _zone, name in french[0][1]][-2:] == ["Zagreb", "Zurich"]  # É and Î stand with E and I


def test_the_firms_zone_and_those_of_its_country_come_first() -> None:
    (country, own), (_europe, others), *_rest = zones_from_home("PT", "fr", first="Europe/Lisbon")
    assert (country, own[0]) == ("Portugal", ("Europe/Lisbon", "Lisbonne"))
    assert [name for _zone, name in own[1:]] == ["Açores", "Madère"]
    assert "Europe/Lisbon" not in dict(others)
