"""Countries, their regions and time zones. Countries and regions are those whose public holidays are known."""

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

import holidays
from babel import Locale
from babel.core import get_global
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from ui.languages import name_of_language, reader_language

# Where a country has several zones: the one that most of its people live in. Elsewhere nothing is proposed.
MOST_LIVED_IN = {
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "CL": "America/Santiago",
    "CY": "Asia/Nicosia",
    "DE": "Europe/Berlin",
    "ES": "Europe/Madrid",
    "MX": "America/Mexico_City",
    "NZ": "Pacific/Auckland",
    "PT": "Europe/Lisbon",
    "US": "America/New_York",
}
# First part of a zone's name -> its code in CLDR, or our own word where CLDR names no such area.
AREAS: dict[str, Any] = {
    "Europe": "150",
    "Africa": "002",
    "America": "019",
    "Asia": "142",
    "Australia": "AU",
    "Atlantic": _("Atlantic Ocean"),
    "Indian": _("Indian Ocean"),
    "Pacific": _("Pacific Ocean"),
}
NOBODY_LIVES_IN = frozenset({"AQ", "UM", "001"})  # Antarctica, reefs like Wake, zones without a country
YEARS = (2026, 2027)  # any two do: they only tell whether a region has public holidays of its own
Zones = tuple[str, list[tuple[str, str]]]  # the name of a group, then code and name of each in it
NAME = 4  # letters from which on an alias is a name and no abbreviation
CODE = 12  # what the column holds; two single towns, in Brazil and New Zealand, have longer ones


@cache
def country_codes() -> frozenset[str]:
    return frozenset(holidays.list_supported_countries(include_aliases=False)) & set(Locale("en").territories)


def name_of_country(code: str, language: str) -> str:
    return str(Locale.parse(language).territories.get(code, code))


@cache
def countries(language: str) -> list[tuple[str, str]]:
    """Code and name, by name, in `language`."""
    return sorted(((code, name_of_country(code, language)) for code in country_codes()), key=lambda pair: _plain(pair[1]))


@cache
def regions_of(country: str) -> list[tuple[str, str]]:
    """Code and name, by name; none where the whole country keeps the same days. School zones are no regions."""
    if country not in country_codes():
        return []
    known = holidays.country_holidays(country)
    named: dict[str, str] = {}
    for name, code in known.subdivisions_aliases.items():
        if len(named.get(code, "")) < NAME:  # “Guadeloupe” rather than “GP”, “Valais” rather than “Wallis” after it
            named[code] = name
    found = [code for code in known.subdivisions if code in named or _has_days_of_its_own(country, code)]
    return sorted(((code, named.get(code, code)) for code in found if len(code) <= CODE), key=lambda pair: _plain(pair[1]))


def _has_days_of_its_own(country: str, region: str) -> bool:
    everywhere = set(holidays.country_holidays(country, years=YEARS))
    return set(holidays.country_holidays(country, subdiv=region, years=YEARS)) != everywhere


def words_for(countries: Iterable[str] = ()) -> dict[str, Callable[[object], str]]:
    """How a change of place or language is told: column -> the name of a value, in the reader's language. `countries`: of regions."""
    regions = {code: name for country in countries for code, name in regions_of(country)}
    return {
        "country": lambda code: name_of_country(str(code), reader_language()),
        "region": lambda code: regions.get(str(code), str(code)),
        "language": lambda code: name_of_language(str(code)),
        "time_zone": lambda zone: name_of_zone(str(zone), reader_language()),
    }


def zones_of(country: str) -> list[str]:
    return sorted(get_global("territory_zones").get(country, []))


def usual_zone(country: str) -> str:
    """What is proposed for a country, or nothing where one has to choose."""
    zones = zones_of(country)
    return MOST_LIVED_IN.get(country) or (zones[0] if len(zones) == 1 else "")


@cache
def name_of_zone(zone: str, language: str) -> str:
    """By its best known city, as people name a zone: “Londres” for Europe/London."""
    city = Locale.parse(language).time_zones.get(zone, {}).get("city")
    return str(city or zone.rpartition("/")[2].replace("_", " "))


@cache
def zones_by_area(language: str) -> list[Zones]:
    """Every zone that people live in, once, under the name of its area: both in `language`, by name."""
    return [(_name_of_area(area, language), zones_named(_zones_in(area), language)) for area in AREAS]


def zones_from_home(country: str, language: str, *, first: str = "") -> list[Zones]:
    """Those of `country` before all others, and of those `first`, which is the firm's own."""
    own = sorted(zones_named(zones_of(country), language), key=lambda pair: pair[0] != first)
    others = [(area, [pair for pair in zones if pair not in own]) for area, zones in zones_by_area(language)]
    return [(name_of_country(country, language), own), *others] if own else others


def zones_named(zones: Iterable[str], language: str) -> list[tuple[str, str]]:
    return sorted(((zone, name_of_zone(zone, language)) for zone in zones), key=lambda pair: _plain(pair[1]))


def _zones_in(area: str) -> list[str]:
    countries_of: Mapping[str, str] = get_global("zone_territories")  # its keys are canonical: no Europe/Kiev beside Europe/Kyiv
    return [zone for zone, country in countries_of.items() if zone.startswith(f"{area}/") and country not in NOBODY_LIVES_IN]


def _name_of_area(area: str, language: str) -> str:
    named = AREAS[area]
    with override(language):
        return str(Locale.parse(language).territories.get(named) or named) if isinstance(named, str) else str(named)


def _plain(name: str) -> str:
    """For sorting: É stands with E."""
    return "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).casefold()
