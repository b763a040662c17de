"""An outbox full of branded reminders, written by the product's own sweep; and the same messages for others."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bench.build import LETTER
from bench.database import Owner
from bench.mail.letters import Letter
from bench.practice import make_due, open_actions, settle_firms

if TYPE_CHECKING:
    from templates_email.render import Rendered

NOW = datetime(2026, 11, 5, 9, 0, tzinfo=UTC)
MOST = 40_000  # one request on each account of the twenty larger firms of the practice, two addresses each
SMALLER = "SELECT firm_id FROM clients_account GROUP BY firm_id HAVING count(*) <= 250"
BRANDED = """
    UPDATE firms_firm SET show_context = true, color = '#1f6f5c', address_line = '12 rue de la Lumière, 69002 Lyon',
        phone = '+33 4 72 00 00 00', website = 'https://cabinet.example', linkedin = 'https://linkedin.example/c',
        facebook = 'https://facebook.example/c', x = 'https://x.example/c', instagram = 'https://instagram.example/c',
        youtube = 'https://youtube.example/c', whatsapp = 'https://whatsapp.example/c', tiktok = 'https://tiktok.example/c'
"""


def fill_outbox(owner: Owner, wanted: int) -> int:
    """Notices ready to go in twenty firms, nearly or exactly as many as are `wanted`; each for an address of its own."""
    share = max(1, MOST // wanted)
    settle_firms(owner)
    return write_reminders(owner, NOW, share=share, but=SMALLER)


def write_reminders(owner: Owner, now: datetime, *, share: int = 1, but: str = "") -> int:
    """To both people of every `share`th account, `but` those of some firms, which is a query; how many there are."""
    from reminders.sweep import sweep  # Django is set up for the fresh database only now

    owner.execute(BRANDED)
    open_actions(owner, first=1, last=1, part=share)
    if but:
        owner.execute(f"DELETE FROM actions_action WHERE firm_id IN ({but})")
    owner.execute("UPDATE actions_action SET title = 'Lettre de mission ' || id, message = %s || id", [LETTER * 4])
    make_due(owner, share, now.isoformat(), asked=(now - timedelta(days=3)).isoformat())
    return sweep(now).addresses


def letters() -> Iterator[Letter]:
    """What was sent, made once more from its rows."""
    from firms.models import Firm  # as above
    from firms.queries import list_firm_ids
    from notifications.models import Message, Notice
    from notifications.rendering import SHOWN
    from notifications.several import render_message
    from tenancy.context import firm_context

    for firm_id in sorted(list_firm_ids()):
        with firm_context(firm_id):
            firm = Firm.objects.get(pk=firm_id)
            for message in Message.objects.filter(firm=firm, notices__number__gt=0).order_by("pk"):
                notices = Notice.objects.select_related(*SHOWN).filter(firm=firm, message=message).order_by("pk")
                yield letter_of(render_message(firm, list(notices), NOW))


def letter_of(rendered: "Rendered") -> Letter:
    mail = rendered.to_email_message()
    return Letter(
        sender=mail.from_email,
        recipient=mail.to[0],
        reply_to=(mail.reply_to or [""])[0],
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        headers={name: str(value) for name, value in mail.extra_headers.items()},
        envelope_to=rendered.recipient_address,
        mime=rendered.to_mime().decode("ascii"),
    )
