"""`manage.py reseal_credentials`: encrypts what firms store for their own ways out under the first of RELANCE_CREDENTIAL_KEYS."""

from django.core.management.base import BaseCommand

from firms.queries import list_firm_ids
from tenancy.context import firm_context
from ways.services import reseal


class Command(BaseCommand):
    help = "Encrypts the credentials of firms anew under the first key; afterwards the other keys may be taken away."

    def handle(self, *args: object, **options: object) -> None:
        lost = 0
        for firm_id in list_firm_ids():
            with firm_context(firm_id):
                lost += reseal(firm_id=firm_id)
        self.stdout.write(
            "Every credential is under the first key."
            if not lost
            else f"{lost} could be read with none of the keys: those firms must enter theirs again."
        )
