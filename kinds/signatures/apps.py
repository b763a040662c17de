from django.apps import AppConfig


class SignaturesConfig(AppConfig):
    name = "kinds.signatures"
    label = "signatures"
