"""`manage.py create_firm NAME --owner NAME --email ADDRESS`: a new firm; its owner chooses a password by "Forgotten?"."""

from argparse import ArgumentParser
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import IntegrityError

from firms.services import create_firm
from lib.clock import now


class Command(BaseCommand):
    help = "Creates a firm with its owner. The owner sets a password through the sign-in page's “Forgotten?”."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--owner", required=True, help="the owner's name")
        parser.add_argument("--email", required=True, help="the owner's address, and the firm's until another is set")
        parser.add_argument("--language", default="fr", choices=["fr", "en"])
        parser.add_argument("--time-zone", default="Europe/Paris")
        parser.add_argument("--country", default="FR", help="two letters")

    def handle(self, *, name: str, owner: str, email: str, language: str, time_zone: str, country: str, **options: object) -> None:
        check_answers(email, time_zone, country)
        settings = {"language": language, "time_zone": time_zone, "country": country.upper()}
        try:
            firm = create_firm(name=name, owner_name=owner, owner_email=email, owner_password=None, now=now(), **settings)
        except IntegrityError:
            raise CommandError(f"{email} signs in already; a login belongs to one firm. Use another address or an alias.") from None
        self.stdout.write(f"{firm.name} is there. {owner} chooses a password at the sign-in page, with “Forgotten?”.")


def check_answers(email: str, time_zone: str, country: str) -> None:
    """Raises `CommandError` with what is wrong and an example."""
    try:
        validate_email(email)
    except ValidationError:
        raise CommandError(f"{email!r} is not an e-mail address; write for example claire@cabinet.example.") from None
    if time_zone not in available_timezones():
        raise CommandError(f"{time_zone!r} is not a time zone; write for example Europe/Paris.")
    if len(country) != 2 or not country.isalpha():
        raise CommandError(f"{country!r} is not a country; write two letters, for example BE.")
