from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApprovalsConfig(AppConfig):
    name = "kinds.approvals"
    label = "approvals"

    def ready(self) -> None:
        # Views and models are not there before the apps are ready.
        from actions.kinds import Kind, register_kind
        from actions.stops import Stop
        from clients.enums import Preference
        from files.holding import Holder, register_holder
        from firms.enums import Verb
        from kinds.approvals.asking import APPROVALS
        from kinds.approvals.queries import KIND, describe, email_rows, held, kept_for_good
        from kinds.approvals.views_client import client_view
        from kinds.approvals.views_staff import staff_view
        from reminders.asking.registry import register_asking

        register_kind(
            Kind(
                key=KIND,
                noun=_("Approval"),
                nouns=_("Approvals"),
                icon="thumb-up",
                preference=Preference.APPROVALS,
                requested_event="approval_requested",
                reminder_event="approval_reminder",
                describe=describe,
                staff_view=staff_view,
                client_view=client_view,
                to_do=_("To approve"),
                act=_("Read and approve"),
                done=Stop.APPROVED,
                done_by_party=Verb.ACTION_APPROVED_BY_PARTY,
                email_rows=email_rows,
            )
        )
        register_asking(APPROVALS)
        register_holder(Holder(held=held, kept_for_good=kept_for_good))
