"""What stands on the papers to sign. `{account}`, `{year}` and `{past}` are filled in; French blanks are made unbreakable."""

import re
from dataclasses import dataclass

NARROW = re.compile(r" (?=[:;?!»€%])|(?<=«) ")


def french(text: str) -> str:
    """No line may end before : ; ? ! » € %, nor after «."""
    return NARROW.sub("\u00a0", text)


@dataclass(frozen=True, slots=True)
class Paper:
    """A document: its parts, each with a heading, and perhaps a table on a second page."""

    title: str
    subtitle: str
    parts: tuple[tuple[str, str], ...]
    filename: str
    place: str = "Fait à Lyon, le {day}, en deux exemplaires électroniques."
    for_whom: str = "Pour {account}"
    annex: str = ""
    rows: tuple[tuple[str, str], ...] = ()
    language: str = "fr"


MISSION = Paper(
    "Lettre de mission {year}",
    "{account} · exercice du 1er janvier au 31 décembre {year}",
    (
        (
            "1. Objet de la mission",
            "Vous nous confiez la tenue et la présentation de vos comptes annuels, l’établissement de vos déclarations de TVA "
            "mensuelles, de "
            "vos bulletins de paie et de la liasse fiscale, dans les conditions fixées ci-dessous et dans nos conditions générales.",
        ),
        (
            "2. Vos obligations",
            "Vous mettez à notre disposition, avant le 10 de chaque mois, les relevés bancaires, factures d’achat et états de caisse "
            "du mois "
            "écoulé. Un retard de transmission peut reporter nos propres échéances.",
        ),
        (
            "3. Nos honoraires",
            "Les honoraires annuels sont fixés à 11 400,00 € hors taxes, facturés en douze mensualités de 950,00 €, payables à "
            "réception. Les "
            "travaux exceptionnels font l’objet d’une proposition préalable.",
        ),
        ("4. Durée", "La mission prend effet le 1er janvier {year} pour un an. Elle se renouvelle par accord exprès des deux parties."),
        (
            "5. Confidentialité",
            "Nous sommes tenus au secret professionnel. Les données de votre dossier sont hébergées en France et conservées pendant "
            "la durée "
            "légale.",
        ),
    ),
    "lettre-de-mission-{year}.pdf",
    annex="Annexe : calendrier des travaux",
    rows=(
        ("Relevés et factures du mois", "avant le 10"),
        ("Déclaration de TVA", "entre le 15 et le 24"),
        ("Bulletins de paie", "avant le 28"),
        ("Situation intermédiaire", "fin juillet {year}"),
        ("Comptes annuels et liasse", "avant le 30 avril de l’année suivante"),
    ),
)

MANDATE = Paper(
    "Mandat de prélèvement SEPA",
    "{account} · prélèvement de nos honoraires",
    (
        (
            "1. Autorisation",
            "Vous autorisez le Cabinet Lumière à envoyer à votre banque des instructions pour débiter votre compte, et votre banque "
            "à le débiter "
            "conformément à ces instructions.",
        ),
        (
            "2. Vos droits",
            "Vous bénéficiez d’un droit à remboursement par votre banque, à demander dans les huit semaines qui suivent la date du débit.",
        ),
        ("3. Échéance", "Les prélèvements ont lieu le 5 de chaque mois ; chacun est annoncé par la facture qui le précède."),
    ),
    "mandat-sepa.pdf",
)

MINUTES = Paper(
    "Procès-verbal d’assemblée {past}",
    "{account} · assemblée générale ordinaire annuelle",
    (
        (
            "Première résolution",
            "L’assemblée, après lecture du rapport de gestion, approuve les comptes de l’exercice clos le 31 décembre {past}.",
        ),
        ("Deuxième résolution", "L’assemblée décide d’affecter le résultat de l’exercice au compte « report à nouveau »."),
        ("Troisième résolution", "L’assemblée donne quitus à la gérance pour sa gestion au cours de l’exercice écoulé."),
    ),
    "pv-assemblee-{past}.pdf",
)

ACCOUNTS = Paper(
    "Lettre d’affirmation {past}",
    "{account} · comptes annuels au 31 décembre {past}",
    (
        (
            "Vos comptes",
            "Vous confirmez nous avoir communiqué l’ensemble des pièces, contrats et engagements de l’exercice, et n’avoir "
            "connaissance d’aucun "
            "litige qui ne figure pas dans les comptes.",
        ),
        (
            "Les événements depuis la clôture",
            "Aucun événement survenu depuis le 31 décembre {past} n’appelle de correction ni d’information.",
        ),
    ),
    "lettre-affirmation-{past}.pdf",
)

PROXY = Paper(
    "Procuration fiscale",
    "{account} · espace professionnel des impôts",
    (
        (
            "Objet",
            "Vous nous donnez procuration pour accéder à votre espace professionnel, y déposer vos déclarations et y recevoir les "
            "avis qui vous "
            "concernent.",
        ),
        ("Durée", "La procuration vaut jusqu’à sa révocation, que vous pouvez prononcer à tout moment par simple message."),
    ),
    "procuration-fiscale.pdf",
)

ENGAGEMENT = Paper(
    "Engagement letter {year}",
    "{account} · year from 1 January to 31 December {year}",
    (
        ("1. Our work", "You entrust us with keeping and presenting your annual accounts, your VAT returns and your corporate tax return."),
        (
            "2. Your part",
            "Before the 10th of each month you give us the bank statements, purchase invoices and cash records of the month before.",
        ),
        ("3. Fees", "The annual fee is 8,400.00 € before tax, invoiced in twelve parts of 700.00 €. Other work is agreed on beforehand."),
        ("4. Term", "The engagement begins on 1 January {year} for one year and is renewed by express agreement of both parties."),
        ("5. Confidentiality", "We are bound by professional secrecy. Your data is kept for as long as the law asks for."),
    ),
    "engagement-letter-{year}.pdf",
    place="Signed on {day}, in two electronic copies.",
    for_whom="For {account}",
    language="en",
)

PAPERS = {
    "mission": MISSION, "mandate": MANDATE, "minutes": MINUTES, "accounts": ACCOUNTS, "proxy": PROXY, "engagement": ENGAGEMENT,
}  # fmt: skip
