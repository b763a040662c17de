from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChatsConfig(AppConfig):
    name = "kinds.chats"
    label = "chats"

    def ready(self) -> None:
        # Views and models are not there before the apps are ready.
        from access.menu import MenuEntry, register_menu
        from actions.kinds import Kind, register_kind
        from actions.stops import Stop
        from clients.enums import Preference
        from firms.enums import Verb
        from kinds.chats.asking import CHATS
        from kinds.chats.queries import count_unread, describe, email_rows, has_thread
        from kinds.chats.rules import said_unread
        from kinds.chats.services import KIND
        from kinds.chats.views_client import client_view
        from kinds.chats.views_staff import staff_view
        from reminders.asking.registry import register_asking
        from reminders.topics import register_topics

        register_kind(
            Kind(
                key=KIND,
                noun=_("Message"),
                nouns=_("Messages"),
                icon="message-2",
                preference=Preference.CHATS,
                requested_event="chat_message",
                reminder_event="chat_reminder",
                describe=describe,
                staff_view=staff_view,
                client_view=client_view,
                to_do=_("To answer"),
                act=_("Read and answer"),
                done=Stop.ANSWERED,
                done_verb=Verb.ACTION_ANSWERED,
                email_rows=email_rows,
            )
        )
        register_asking(CHATS)
        register_topics(has_thread)
        register_menu(MenuEntry("portal_chats", _("Messages"), "message-2", count_unread, said_unread))
