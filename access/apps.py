from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "access"

    def ready(self) -> None:
        from access import client_access, codes, invitations, passwords, sign_in_codes  # models are not there before the apps are ready
        from notifications.secrets import register_secret
        from notifications.wanted import register_wanted
        from templates_email.enums import EmailEvent

        register_wanted(EmailEvent.STAFF_INVITATION, invitations.is_wanted)
        register_wanted(EmailEvent.CLIENT_INVITATION, client_access.is_wanted)
        register_secret(EmailEvent.CLIENT_INVITATION, invitations.secret_of_notice)
        register_secret(EmailEvent.ACT_CODE, codes.secret_of_notice)
        register_secret(EmailEvent.PASSWORD_RESET, passwords.secret_of_notice)
        register_secret(EmailEvent.SIGN_IN_CODE, sign_in_codes.secret_of_notice)
        register_wanted(EmailEvent.SIGN_IN_CODE, sign_in_codes.is_wanted)
        register_secret(EmailEvent.STAFF_INVITATION, invitations.secret_of_notice)
