from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClientTasksConfig(AppConfig):
    name = "kinds.client_tasks"
    label = "client_tasks"

    def ready(self) -> None:
        # Views and models are not there before the apps are ready.
        from actions.kinds import Kind, register_kind
        from clients.enums import Preference
        from files.holding import Holder, register_holder
        from kinds.client_tasks.asking import TASKS
        from kinds.client_tasks.queries import KIND, describe, describe_all, email_rows, held, kept_for_good
        from kinds.client_tasks.views_client import client_view
        from kinds.client_tasks.views_staff import staff_view
        from reminders.asking.registry import register_asking

        register_kind(
            Kind(
                key=KIND,
                noun=_("Client tasks"),
                nouns=_("Client tasks"),
                icon="checkbox",
                preference=Preference.CHATS,
                requested_event="tasks_requested",
                reminder_event="tasks_reminder",
                describe=describe,
                describe_all=describe_all,
                staff_view=staff_view,
                client_view=client_view,
                to_do=_("Tasks"),
                act=_("See the tasks"),
                email_rows=email_rows,
            )
        )
        register_asking(TASKS)
        register_holder(Holder(held=held, kept_for_good=kept_for_good))
