from django.apps import AppConfig
from django.core.checks import register


class ActionsConfig(AppConfig):
    name = "actions"

    def ready(self) -> None:
        from actions.checks import check_kinds  # the registry must not be asked before the apps are ready
        from actions.queries import accounts_with_open, named_in_open  # as the models, which are there only now
        from clients.needed import register_asked, register_needed  # likewise

        register(check_kinds)
        register_needed(named_in_open)
        register_asked(accounts_with_open)
