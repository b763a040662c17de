"""Without RELANCE_DEMO there is no demo."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import NoReverseMatch, reverse

from demo.management.commands.seed_demo import Command
from firms.models import User
from lib.clock import set_demo_offset


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/demo/", "/demo/clock/", "/demo/clock/move/", "/demo/mail/letter-0/", "/demo/mail/letter-0/page/"])
def test_pages_of_the_demo_do_not_exist(client: Client, path: str) -> None:
    assert [client.get(path).status_code, client.post(path, {"seconds": "60"}).status_code] == [404, 404]
    with pytest.raises(NoReverseMatch):
        reverse("demo_mail")


@pytest.mark.django_db
def test_seed_is_no_command_and_refuses(client: Client) -> None:
    with pytest.raises(CommandError, match="Unknown command"):
        call_command("seed_demo")
    with pytest.raises(CommandError, match="RELANCE_DEMO"):
        call_command(Command())
    assert User.objects.count() == 0


def test_clock_cannot_be_moved() -> None:
    with pytest.raises(RuntimeError):
        set_demo_offset(timedelta(hours=1))
