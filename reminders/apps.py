from django.apps import AppConfig
from django.core.checks import register


class RemindersConfig(AppConfig):
    name = "reminders"

    def ready(self) -> None:
        from reminders.asking.checks import check_askings  # the models that it reaches are there only now

        register(check_askings)
