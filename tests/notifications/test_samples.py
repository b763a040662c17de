"""Previews and samples: every e-mail that a client may get, in a look that is only being tried."""

from collections.abc import Callable

import pytest

from firms.actors import Actor
from notifications.dispatch.send import dispatch_ready
from notifications.samples import CLIENT_EVENTS, render_sample, send_sample
from templates_email.enums import EmailEvent, Standing
from templates_email.template import branded
from tests.factories import START
from tests.mail import Mailbox, html_of
from tests.people import Lumiere


def test_every_email_to_clients_can_be_previewed_and_no_team_mail() -> None:
    assert [event for event in EmailEvent if event not in CLIENT_EVENTS] == [
        event for event in EmailEvent if event.standing == Standing.TEAM
    ]
    assert all(str(title) for title in CLIENT_EVENTS.values())


def preview(lumiere: Lumiere, mailbox: Mailbox) -> str:
    lumiere.firm.color = "#123456"
    return render_sample(lumiere.firm, EmailEvent.ACT_CODE, "fr", logo=None, now=START).html


def sample(lumiere: Lumiere, mailbox: Mailbox) -> str:
    send_sample(
        staff=lumiere.claire, event=EmailEvent.ACT_CODE, language="fr", look={"color": "#123456"}, by=Actor.staff(lumiere.claire), now=START
    )
    dispatch_ready(lambda: START)
    return html_of(mailbox.to("claire@lumiere.example")[0])


@pytest.mark.parametrize("tried", [preview, sample])
def test_look_that_is_only_tried_takes_no_room_among_those_of_real_e_mails(
    lumiere: Lumiere, mailbox: Mailbox, tried: Callable[[Lumiere, Mailbox], str]
) -> None:
    before = branded.cache_info()
    assert "#123456" in tried(lumiere, mailbox)
    assert branded.cache_info() == before
