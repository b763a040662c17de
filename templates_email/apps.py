from django.apps import AppConfig


class TemplatesEmailConfig(AppConfig):
    name = "templates_email"
    label = "templates_email"
