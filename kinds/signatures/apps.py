from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SignaturesConfig(AppConfig):
    name = "kinds.signatures"
    label = "signatures"

    def ready(self) -> None:
        # Views and models are not there before the apps are ready.
        from actions.kinds import Kind, register_kind
        from actions.stops import Stop
        from clients.enums import Preference
        from kinds.signatures.asking import SIGNATURES
        from kinds.signatures.queries import describe
        from kinds.signatures.services import KIND
        from kinds.signatures.views_client import client_view
        from kinds.signatures.views_staff import staff_view
        from reminders.asking.registry import register_asking

        register_kind(
            Kind(
                key=KIND,
                noun=_("Signature"),
                nouns=_("Signatures"),
                icon="signature",
                preference=Preference.SIGNATURES,
                requested_event="signature_requested",
                reminder_event="signature_reminder",
                describe=describe,
                staff_view=staff_view,
                client_view=client_view,
                to_do=_("To sign"),
                act=_("Read and sign"),
                done=Stop.SIGNED,
            )
        )
        register_asking(SIGNATURES)
