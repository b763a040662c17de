"""Page shell, components, static files."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "ui"
    label = "ui"
