from django.apps import AppConfig
from django.core.checks import register


class ActionsConfig(AppConfig):
    name = "actions"

    def ready(self) -> None:
        from actions.checks import check_kinds  # the registry must not be asked before the apps are ready

        register(check_kinds)
