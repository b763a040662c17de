from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "access"

    def ready(self) -> None:
        from access import codes, passwords  # models are not there before the apps are ready
        from notifications.secrets import register_secret

        register_secret("act_code", codes.secret_of_notice)
        register_secret(passwords.EVENT, passwords.secret_of_notice)
