"""Countries, their regions and time zones: those whose public holidays are known."""

import unicodedata
from collections.abc import Callable, Iterable
from functools import cache

import holidays
from babel import Locale
from babel.core import get_global
from django.utils.translation import get_language, get_language_info

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
YEARS = (2026, 2027)  # any two do: they only tell whether a region has public holidays of its own
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


def words_for(countries: Iterable[str]) -> dict[str, Callable[[object], str]]:
    """How a change of place or language is told: column of Firm -> the name of a value, in the reader's language."""
    regions = {code: name for country in countries for code, name in regions_of(country)}
    return {
        "country": lambda code: name_of_country(str(code), get_language() or "en"),
        "region": lambda code: regions.get(str(code), str(code)),
        "language": lambda code: str(get_language_info(str(code))["name_translated"]),
    }


def zones_of(country: str) -> list[str]:
    return sorted(get_global("territory_zones").get(country, []))


def usual_zone(country: str) -> str:
    """What is proposed for a country, or nothing where one has to choose."""
    zones = zones_of(country)
    return MOST_LIVED_IN.get(country) or (zones[0] if len(zones) == 1 else "")


def _plain(name: str) -> str:
    """For sorting: É stands with E."""
    return "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).casefold()
