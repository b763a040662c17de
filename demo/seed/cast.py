"""Who works in the demo's firms, and with which password everybody signs in."""

from demo.seed.specs import Member
from firms.enums import Right, Role

PASSWORD = "lumiere-du-matin"  # of every login of the demo, which runs for whoever sits at this machine

RIGHTS = (Right.MANAGE_ACCOUNTS, Right.MANAGE_ACTIONS, Right.SEE_ALL_ACCOUNTS)

LUMIERE_OWNER = Member("Claire Moreau", "claire@cabinet-lumiere.example", "expert-comptable", Role.OWNER)
LUMIERE_STAFF = (
    Member("Amir Benali", "amir@cabinet-lumiere.example", "associé", Role.ADMIN),
    Member("Emma Girard", "emma@cabinet-lumiere.example", "collaboratrice", rights=RIGHTS),
    Member("Paulo Silva", "paulo@cabinet-lumiere.example", "assistant"),
    Member("Claire Fontenoy", "claire.fontenoy@cabinet-lumiere.example", "gestionnaire", rights=RIGHTS),
    Member("Marc Delvaux", "marc.delvaux@cabinet-lumiere.example", "gestionnaire", rights=RIGHTS),
)

PEETERS_OWNER = Member("Wim Peeters", "wim@kantoor-peeters.example", "accountant", Role.OWNER)
PEETERS_STAFF = (Member("Eline Wouters", "eline@kantoor-peeters.example", "bookkeeper", rights=RIGHTS),)
