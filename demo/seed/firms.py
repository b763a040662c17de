"""Makes the demo's firms and whoever works in them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from django.core.files import File

from demo.seed.cast import LUMIERE_OWNER, LUMIERE_STAFF, PEETERS_OWNER, PEETERS_STAFF
from demo.seed.specs import Member
from firms.actors import Actor
from firms.closed_days import Closing, rows_of
from firms.enums import Role, Side
from firms.logo_reading import read_logo
from firms.models import Firm, Staff, User
from firms.services import add_staff, change_firm, create_firm
from tenancy.context import firm_context

FRIDAY = 4
LOGO = Path(__file__).resolve().parent.parent / "assets" / "logo.png"


def closings_after(today: date) -> list[Closing]:
    """A believable office: the week of Christmas, and a Friday away with the team; both ahead of the story, which they would put off."""
    ahead = today + timedelta(28)
    away = ahead + timedelta((FRIDAY - ahead.weekday()) % 7)
    year = ahead.year if ahead < date(ahead.year, 12, 24) else ahead.year + 1
    return [Closing(away, away, "Journée d’équipe"), Closing(date(year, 12, 24), date(year, 12, 31), "Fêtes de fin d’année")]


def make_lumiere(now: datetime, password: str) -> Firm:
    """`password` is hashed, the same for everybody: each hash costs a third of a second."""
    firm = create_firm(
        name="Cabinet Lumière",
        owner_name=LUMIERE_OWNER.name,
        owner_email=LUMIERE_OWNER.email,
        owner_password=None,
        now=now,
        email="bonjour@cabinet-lumiere.example",
        address_line="12 quai Saint-Antoine, 69002 Lyon",
        phone="+33 4 72 00 00 00",
        website="https://cabinet-lumiere.example",
        color="#1d5546",
        linkedin="https://www.linkedin.com/company/cabinet-lumiere",
        facebook="https://www.facebook.com/cabinetlumiere",
        show_context=True,
        closings=rows_of(closings_after(now.date())),
        set_up_at=now,
    )
    _staff(firm, LUMIERE_OWNER, LUMIERE_STAFF, now, password)
    with firm_context(firm.pk), LOGO.open("rb") as file:
        owner = Staff.objects.get(firm=firm, role=Role.OWNER)
        change_firm(firm=firm, by=Actor.staff(owner), now=now, logo=read_logo(File(file)))
    return firm


def make_peeters(now: datetime, password: str) -> Firm:
    """Another firm, to see that nothing of it is seen; its reminders keep to office hours."""
    firm = create_firm(
        name="Kantoor Peeters",
        owner_name=PEETERS_OWNER.name,
        owner_email=PEETERS_OWNER.email,
        owner_password=None,
        now=now,
        email="info@kantoor-peeters.example",
        address_line="Veldstraat 40, 9000 Ghent",
        phone="+32 9 000 00 00",
        country="BE",
        language="en",
        time_zone="Europe/Brussels",
        color="#7a3b1d",
        set_up_at=now,
    )
    _staff(firm, PEETERS_OWNER, PEETERS_STAFF, now, password)
    return firm


def _staff(firm: Firm, owner: Member, others: Sequence[Member], now: datetime, password: str) -> None:
    with firm_context(firm.pk):
        Staff.objects.filter(firm=firm, role=Role.OWNER).update(job_title=owner.job_title)
        by = Actor.staff(Staff.objects.get(firm=firm, role=Role.OWNER))
        for each in others:
            add_staff(
                firm=firm, name=each.name, email=each.email, password=None, role=each.role, rights=each.rights,
                job_title=each.job_title, by=by, now=now,
            )  # fmt: skip
        User.objects.filter(firm=firm, side=Side.STAFF).update(password=password, is_active=True)
