"""`manage.py webhook_url`: where the deployment's own provider reports what became of its e-mails."""

from django.core.management.base import BaseCommand, CommandError

from tracking.places import deployment_password, deployment_provider, deployment_token, hook_url
from tracking.reading import view_of


class Command(BaseCommand):
    help = "Prints the address to enter at the provider of RELANCE_ANYMAIL_BACKEND. It holds a password: keep it as such."

    def handle(self, *args: object, **options: object) -> None:
        provider = deployment_provider()
        if not provider:
            raise CommandError("RELANCE_ANYMAIL_BACKEND names no provider: a mail server calls no webhook.")
        try:
            view_of(provider)
        except LookupError:
            raise CommandError(f"Anymail knows no webhook of {provider}.") from None
        self.stdout.write(hook_url(provider, deployment_token(), deployment_password()))
