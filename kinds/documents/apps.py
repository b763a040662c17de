from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "kinds.documents"
    label = "documents"

    def ready(self) -> None:
        # Views and models are not there before the apps are ready.
        from django.urls import reverse
        from django.utils.translation import gettext_lazy as _

        from actions.kinds import Kind, register_kind
        from actions.stops import Stop
        from clients.enums import Preference
        from files.holding import Holder, register_holder
        from kinds.documents.asking import DOCUMENTS
        from kinds.documents.queries import KIND, describe, describe_all, held_by_requests, none_kept_for_good
        from kinds.documents.sharing import EVENT, code_of_page
        from kinds.documents.views_client import client_view
        from kinds.documents.views_staff import staff_view
        from notifications.account_events import AccountEvent, register_account_event
        from reminders.asking.registry import register_asking

        register_kind(
            Kind(
                key=KIND,
                noun=_("Documents"),
                nouns=_("Documents"),
                icon="file-upload",
                preference=Preference.CHATS,
                requested_event="documents_requested",
                reminder_event="documents_reminder",
                describe=describe,
                describe_all=describe_all,
                staff_view=staff_view,
                client_view=client_view,
                to_do=_("Documents to send"),
                act=_("Send documents"),
                done=Stop.SUBMITTED,
            )
        )
        register_asking(DOCUMENTS)
        register_holder(Holder(held=held_by_requests, kept_for_good=none_kept_for_good))
        register_account_event(
            EVENT,
            AccountEvent(
                preference=Preference.UPLOADS,
                page=lambda account: reverse("portal_documents"),
                code=code_of_page,
                opened=lambda code: reverse("shared_show", args=[code]),
            ),
        )
