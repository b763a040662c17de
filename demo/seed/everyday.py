"""What else goes on between Cabinet Lumière and its clients: a few of each kind, in the states in which they are found."""

from demo.seed.everyday_specs import (
    Approves,
    Archives,
    AsksApproval,
    AsksDocuments,
    AsksMany,
    AsksTasks,
    Cancels,
    Converses,
    Everyday,
    Keeps,
    Says,
    SendsAll,
    SetsRhythm,
    Ticks,
    Uploads,
)
from demo.seed.requests import AMIR, CLAIRE, DELVAUX, EMMA, HELENE, ISABELLE, JAMES, LINH, NADIA, PAUL
from demo.seed.specs import At, HoursAgo
from files.enums import Area
from kinds.documents.enums import Rhythm

LAURE, MATHILDE = "laure@transports-aubry.example", "mathilde@brasserie-saone.example"
CLOSING = "Exercice 2026"

LUMIERE_EVERYDAY: tuple[Everyday, ...] = (
    SetsRhythm("CL-001", CLAIRE, At(20, "09:02"), Rhythm.MONTH),
    SetsRhythm("CL-010", CLAIRE, At(20, "09:03"), Rhythm.MONTH),
    SetsRhythm("CL-007", CLAIRE, At(20, "09:04"), Rhythm.QUARTER),
    Keeps("CL-001", CLAIRE, At(12, "11:05"), "Comptes annuels.pdf", folder=CLOSING, paper="accounts"),
    Keeps("CL-001", CLAIRE, At(12, "11:06"), "Balance générale.csv", folder=CLOSING),
    Keeps("CL-001", CLAIRE, At(11, "15:40"), "Calendrier fiscal.csv"),
    Keeps("CL-001", CLAIRE, At(9, "08:50"), "Notes de révision.csv", Area.PRIVATE),
    # Documents: one half sent, one complete
    AsksDocuments(
        "CL-001", (NADIA,), CLAIRE, At(4, "08:40"), period=True, at_most=2, due=3,
        message="Bonjour Nadia, il nous manque les relevés des deux comptes et les tickets de caisse.",
        then=(Uploads(NADIA, "Relevé compte courant.csv", At(2, "18:20")), Uploads(NADIA, "Tickets de caisse.csv", At(2, "18:21"))),
    ),
    AsksDocuments(
        "CL-010", (ISABELLE,), CLAIRE, At(7, "09:15"), "Justificatifs du sinistre", due=-1,
        message="Merci de nous envoyer le constat et les devis.",
        then=(Uploads(ISABELLE, "Devis vitrine.csv", At(4, "17:00")), SendsAll(ISABELLE, At(4, "17:02"))),
    ),
    AsksMany(
        ("CL-015", "CL-018", "CL-020", "CL-028", "CL-037"), CLAIRE, At(2, "16:10"), "Justificatifs de novembre",
        "Merci de nous envoyer vos justificatifs de novembre. Une photo suffit.", 8,
    ),
    # Approvals: one pending, one approved, one refused
    AsksApproval(
        "CL-001", (PAUL, NADIA), CLAIRE, At(3, "10:35"), "Comptes annuels {past}", ("accounts",), at_most=2, due=5,
        message="Merci de relire les comptes avant l’assemblée. Le résultat est celui dont nous avons parlé.",
        then=(Approves(NADIA, At(1, "12:40")),),
    ),
    AsksApproval(
        "CL-007", (HELENE,), CLAIRE, At(6, "14:12"), "Procès-verbal de l’assemblée", ("minutes",), due=1,
        then=(Approves(HELENE, At(3, "19:10")),),
    ),
    AsksApproval(
        "CL-012", (LAURE,), DELVAUX, At(5, "11:20"), "Procès-verbal de l’assemblée", ("minutes",), due=2,
        then=(Approves(LAURE, At(2, "16:15"), "Le montant du dividende n’est pas celui que nous avons voté."),),
    ),
    # Conversations: one with an answer that nobody has read, one that waits, one that was put away
    Converses(
        "CL-001", (NADIA,), "Bail du magasin",
        Says(CLAIRE, "Bonjour Nadia, le bail prend fin en mars. Souhaitez-vous le renouveler ?", At(5, "09:10")),
        then=(
            Says(NADIA, "Bonjour Claire, oui, mais le propriétaire demande 8 % de plus.", At(4, "12:30")),
            Says(CLAIRE, "L’indice n’autorise que 3,2 %. Pouvez-vous m’envoyer son courrier ?", At(3, "14:05")),
            Says(NADIA, "Je le cherche et vous l’envoie demain. Merci pour l’indice !", HoursAgo(4)),
        ),
    ),
    Converses(
        "CL-005", (LINH,), "Nouveau fauteuil",
        Says(CLAIRE, "Bonjour Linh, achetez-vous le fauteuil ou le prenez-vous en crédit-bail ? L’amortissement change.", At(2, "10:05")),
        at_most=2,
    ),
    Converses(
        "CL-014", (JAMES,), "Travel expenses",
        Says(AMIR, "Dear James, do the flights of September belong to the London project?", At(8, "11:00")),
        then=(Says(JAMES, "Yes, both of them.", At(6, "15:30")), Archives(AMIR, At(6, "16:00"))),
    ),
    # Written, and its e-mail cancelled before the ten minutes were over
    Converses(
        "CL-026", ("jade@institut-eclat.example",), "Caisse de novembre",
        Says(EMMA, "Bonjour Jade, il manque trois jours de caisse en novembre. Pouvez-vous les envoyer ?", HoursAgo(19)),
        then=(Cancels(EMMA, HoursAgo(18.95)),),
    ),
    # Lists of tasks: one half done, one done
    AsksTasks(
        "CL-001", (NADIA, PAUL), CLAIRE, At(3, "08:30"), "Avant la clôture de l’exercice",
        (
            ("Compter le stock de farine et d’emballages", "Au prix d’achat, hors taxes.", 6),
            ("Envoyer le courrier de l’assureur", "", 2),
            ("Remplir le formulaire des véhicules", "Les deux camionnettes, aussi l’ancienne.", 9),
            ("Vérifier la liste des factures impayées", "", None),
            ("Donner le nombre de repas pris par l’équipe", "", 12),
        ),
        message="Voici ce qu’il nous faut avant le 31. Cochez au fur et à mesure.", at_most=2,
        then=(
            Uploads(NADIA, "Courrier assureur.csv", At(2, "18:05"), 2), Ticks(NADIA, 2, At(2, "18:06")), Ticks(CLAIRE, 4, At(1, "11:20")),
        ),
    ),
    AsksTasks(
        "CL-035", (MATHILDE,), EMMA, At(6, "09:45"), "Ouverture du second bar",
        (("Demander la licence", "", -2), ("Prévenir la caisse de retraite", "", None)),
        then=(Ticks(MATHILDE, 1, At(4, "10:10")), Ticks(MATHILDE, 2, At(3, "11:00"))),
    ),
)  # fmt: skip
