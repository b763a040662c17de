"""What the demo's firms have asked for in the past two weeks, and what became of it: every state that a request can be in."""

from demo.seed.specs import At, Bounces, Declines, HoursAgo, Request, Resends, Signs, SwitchesOff, Withdraws

CLAIRE, AMIR, EMMA, FONTENOY, DELVAUX = "Claire Moreau", "Amir Benali", "Emma Girard", "Claire Fontenoy", "Marc Delvaux"
NADIA, PAUL = "nadia@boulangerie-lefevre.example", "paul@boulangerie-lefevre.example"
LINH, ANNE = "linh@dentaire-nguyen.example", "anne.delacroix@famille-d.example"
KARIM, LAURE = "karim@transports-aubry.example", "laure@transports-aubry.example"
ISABELLE, HELENE = "i.faure@pharmacie-cr.example", "helene@ferme-vasseur.example"
LUC, REMI = "luc@ferme-vasseur.example", "remi@ferme-vasseur.example"
GILLES = "gilles@studio-brun.example"
JAMES, GRACE, DANIEL = "james@riverside-consulting.example", "grace@okonkwo.example", "daniel@okonkwo.example"

LUMIERE_REQUESTS = (
    # Partly signed, overdue, two or three of four reminders sent
    Request(
        "CL-001", "mission", (PAUL, NADIA), CLAIRE, At(8, "10:12"), every=3, at_most=4, due=-4,
        message="Bonjour, merci de relire et signer notre lettre de mission pour {year}. Les honoraires ne changent pas.",
        then=(Signs(PAUL, HoursAgo(90)),),
    ),
    # Requested, the first reminder comes
    Request("CL-005", "mandate", (LINH,), CLAIRE, At(2, "11:02"), at_most=1, due=5),
    Request("CL-001", "mandate", (PAUL,), CLAIRE, HoursAgo(3), at_most=2, due=12,
            message="Cher Paul, voici le mandat dont nous avons parlé ce matin."),
    Request("CL-014", "engagement", (JAMES,), AMIR, At(2, "15:20"), at_most=2, due=6,
            message="Dear James, please read and sign our engagement letter for {year}. Nothing has changed but the year."),
    Request("CL-012", "mission", (KARIM, LAURE), DELVAUX, At(1, "16:41"), at_most=3, due=9),
    Request("CL-035", "mission", ("mathilde@brasserie-saone.example",), AMIR, At(1, "09:35"), at_most=1, due=10),
    # A reminder is held: the same request was sent again less than a day ago
    Request("CL-009", "proxy", ("zoe.martin@graphisme.example",), EMMA, HoursAgo(73), at_most=2, due=-1,
            then=(Resends(EMMA, HoursAgo(19)),)),
    # The outbox: refused, to an address that does not exist, never answered (demo/seed/answers.py)
    Request("CL-024", "mission", ("mehdi@plomberie-rs.example",), FONTENOY, At(1, "10:05"), at_most=1, due=9),
    Request("CL-019", "mission", ("benoit@osteo-girardin.example",), AMIR, At(1, "11:40"), at_most=1, due=11),
    Request("CL-025", "mandate", ("franck@couvreur-maillard.example",), FONTENOY, At(7, "10:20"), at_most=1, due=8),
    # Overdue; reminders used up, never on, switched off
    Request("CL-008", "mission", ("didier@garage-perrin.example",), CLAIRE, At(12, "09:14"), every=3, at_most=3, due=-7),
    Request("CL-020", "accounts", ("esther.blum@scm-blum-rey.example", "thomas.rey@scm-blum-rey.example"), AMIR, At(9, "14:25"),
            at_most=1, due=-3),
    Request("CL-006", "accounts", (ANNE, "vincent.delacroix@famille-d.example"), DELVAUX, At(13, "09:20"), due=-8),
    Request("CL-013", "minutes", (KARIM,), DELVAUX, At(7, "17:05"), at_most=3, due=-2, then=(SwitchesOff(DELVAUX, At(5, "09:50")),)),
    # Nobody to notify; an address that does not receive
    Request("CL-004", "mandate", ("chidi@atelier-okafor.example",), CLAIRE, At(1, "11:20"), at_most=1, due=8),
    Request("CL-001", "proxy", ("marc@boulangerie-lefevre.example", NADIA), CLAIRE, At(5, "14:30"), at_most=2, due=3),
    # Signed, by one and by all; right away and after a reminder
    Request("CL-010", "mission", (ISABELLE,), CLAIRE, At(10, "10:07"), at_most=2, due=-5, then=(Signs(ISABELLE, HoursAgo(220)),)),
    Request("CL-002", "minutes", (NADIA, "odile.garnier@tilleuls.example"), CLAIRE, At(11, "11:30"), at_most=3, due=-6,
            then=(Signs(NADIA, HoursAgo(230)), Signs("odile.garnier@tilleuls.example", HoursAgo(150)))),
    Request("CL-007", "mission", (HELENE, LUC, REMI), CLAIRE, At(9, "08:55"), at_most=3, due=-1,
            then=(Signs(HELENE, HoursAgo(200)), Signs(REMI, HoursAgo(196)), Signs(LUC, HoursAgo(60)))),
    Request("CL-003", "accounts", ("presidence@lescanuts.example",), FONTENOY, At(4, "13:10"), at_most=1, due=7,
            then=(Signs("presidence@lescanuts.example", HoursAgo(22)),)),
    Request("CL-016", "mandate", ("margot@chez-margot.example",), EMMA, HoursAgo(6), at_most=1, due=13,
            then=(Signs("margot@chez-margot.example", HoursAgo(1.5)),)),
    Request("CL-023", "engagement", (GRACE, DANIEL), AMIR, At(6, "10:48"), at_most=2, due=2, then=(Signs(DANIEL, HoursAgo(100)),)),
    # Declined, withdrawn, expired
    Request("CL-011", "mission", (GILLES,), CLAIRE, At(6, "15:33"), at_most=2, due=4,
            then=(Declines(GILLES, "Les honoraires ont augmenté. Parlons-en d’abord, s’il vous plaît.", HoursAgo(46)),)),
    Request("CL-017", "mandate", ("etienne@menuiserie-teyssier.example",), FONTENOY, At(8, "16:02"), at_most=2, due=1,
            then=(Withdraws(FONTENOY, At(3, "17:20")),)),
    Request("CL-021", "proxy", ("pierre@vignobles-chanut.example",), DELVAUX, At(12, "12:15"), at_most=2, due=-4, expires=-2),
)  # fmt: skip

LUMIERE_BOUNCES = (Bounces("marc@boulangerie-lefevre.example", "550 5.1.1 No such mailbox", At(7, "09:14")),)

PEETERS_REQUESTS = (
    Request("KP-1", "engagement", ("lotte@garage-maes.example",), "Wim Peeters", At(6, "10:20"), at_most=2, due=4),
    Request("KP-2", "engagement", ("jan@bakkerij-desmet.example",), "Eline Wouters", At(9, "09:40"), at_most=2, due=-2,
            then=(Signs("jan@bakkerij-desmet.example", HoursAgo(120)),)),
    Request("KP-3", "engagement", ("eva@vandamme-zonen.example",), "Wim Peeters", At(2, "14:00"), at_most=1, due=6),
)  # fmt: skip
