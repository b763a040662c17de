"""A firm to play with, its caught e-mails, and a clock that can be moved. Installed only where RELANCE_DEMO is on."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "demo"
