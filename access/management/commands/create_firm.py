"""`manage.py create_firm NAME --owner NAME --email ADDRESS`: a new firm; its owner is invited to choose a password."""

from argparse import ArgumentParser
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from access.new_firm import open_firm
from firms.errors import LoginInUse
from firms.places import country_codes, regions_of
from lib.clock import now
from ui.forms import LineField


class Command(BaseCommand):
    help = "Creates a firm with its owner, who gets an e-mail with a link to choose a password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--owner", required=True, help="the owner's name")
        parser.add_argument("--email", required=True, help="the owner's address, and the firm's until another is set")
        parser.add_argument("--language", default="fr", choices=["fr", "en"])
        parser.add_argument("--time-zone", default="Europe/Paris")
        parser.add_argument("--country", default="FR", help="two letters; whose public holidays the firm keeps")
        parser.add_argument("--region", default="", help="where its public holidays differ, for example 6AE (Alsace)")

    def handle(
        self, *, name: str, owner: str, email: str, language: str, time_zone: str, country: str, region: str, **options: object
    ) -> None:
        name, owner, country = line_of("the firm's name", name), line_of("the owner's name", owner), country.upper()
        check_answers(email, time_zone, country, region)
        settings = {"language": language, "time_zone": time_zone, "country": country, "region": region}
        try:
            firm = open_firm(name=name, owner_name=owner, owner_email=email, now=now(), **settings)
        except LoginInUse:
            raise CommandError(f"{email} signs in already; a login belongs to one firm. Use another address or an alias.") from None
        self.stdout.write(
            f"{firm.name} is there. An invitation goes to {email}: by its link, good for 14 days, {owner} chooses a password and is led "
            "through the settings. Should it get lost, “Forgotten?” on the sign-in page sends another one."
        )


def line_of(what: str, typed: str) -> str:
    """One line, cleaned as sign-up cleans it; raises `CommandError`."""
    try:
        line: str = LineField(max_length=120).clean(typed)
    except ValidationError:
        raise CommandError(f"{typed[:140]!r} cannot be {what}; write one line of 1 to 120 characters.") from None
    return line


def check_answers(email: str, time_zone: str, country: str, region: str) -> None:
    """Raises `CommandError` with what is wrong and an example."""
    try:
        validate_email(email)
    except ValidationError:
        raise CommandError(f"{email!r} is not an e-mail address; write for example claire@cabinet.example.") from None
    if time_zone not in available_timezones():
        raise CommandError(f"{time_zone!r} is not a time zone; write for example Europe/Paris.")
    if country not in country_codes():
        raise CommandError(f"{country!r} is not a country whose public holidays are known; write two letters, for example BE.")
    check_region(country, region)


def check_region(country: str, region: str) -> None:
    regions = regions_of(country)
    if region and region not in dict(regions):
        known = ", ".join(f"{code} ({name})" for code, name in regions) or "none"
        raise CommandError(f"{region!r} is not a region of {country} with public holidays of its own; there are: {known}.")
