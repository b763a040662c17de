"""`manage.py reset_second_steps EMAIL`: for somebody who has lost phone, passkeys and recovery codes."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from access.second_steps import remove_second_steps
from firms.actors import Actor
from firms.models import User
from lib.clock import now


class Command(BaseCommand):
    help = "Removes somebody's second steps of sign-in; their password alone lets them in until they add others."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="the address they sign in with")

    def handle(self, *, email: str, **options: object) -> None:
        user = User.objects.filter(email__iexact=email.strip(), is_active=True).first()
        if user is None:
            raise CommandError(
                f"Nobody signs in as {email!r}. Write the address of the person's login, for example claire@cabinet.example."
            )
        count = remove_second_steps(user=user, by=Actor.system(), now=now())
        if not count:
            raise CommandError(f"{user.email} has no second step; the password alone lets them in.")
        self.stdout.write(f"{count} removed: {user.email} signs in with the password alone. Make sure that it was they who asked.")
