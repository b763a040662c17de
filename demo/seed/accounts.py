"""The clients of the demo's firms: people, families and companies, some of them in more than one account."""

from clients.enums import AccountKind
from demo.seed.specs import ClientAccount, Person

CLAIRE, AMIR, EMMA, PAULO = "Claire Moreau", "Amir Benali", "Emma Girard", "Paulo Silva"
FONTENOY, DELVAUX = "Claire Fontenoy", "Marc Delvaux"
SHOPS, TRADES, FREE, HEALTH, LAND, FOOD, GROUP = (
    "Commerces", "Artisans", "Indépendants", "Santé", "Agricole", "Restauration", "Holding Rhône",
)  # fmt: skip
MONTHLY, QUARTERLY, PAYROLL, PAPER = "TVA mensuelle", "TVA trimestrielle", "Paie", "Dossier papier"
PERSON, FAMILY = AccountKind.PERSON, AccountKind.FAMILY

NADIA = Person("Nadia", "Lefèvre", "nadia@boulangerie-lefevre.example", "LN", "Comptabilité", phone="+33 6 12 00 00 11", signs_in=True)
KARIM = Person("Karim", "Aubry", "karim@transports-aubry.example", "LN", "Gérant", phone="+33 6 12 00 00 21")
HELENE = Person("Hélène", "Vasseur", "helene@ferme-vasseur.example", "N", "Associée")

LUMIERE_ACCOUNTS = (
    ClientAccount("CL-001", "Boulangerie Lefèvre SRL", (
        Person("Paul", "Lefèvre", "paul@boulangerie-lefevre.example", "LNE", "Gérant", other_email="p.lefevre@courriel.example",
               signs_in=True),
        NADIA,
        Person("Marc", "Lefèvre", "marc@boulangerie-lefevre.example", "LN", "Associé", language="en"),
    ), manager=CLAIRE, group=SHOPS, tags=(MONTHLY, PAYROLL), since=2014),
    ClientAccount("CL-002", "SCI des Tilleuls", (
        NADIA, Person("Odile", "Garnier", "odile.garnier@tilleuls.example", "N", "Cogérante"),
    ), manager=CLAIRE, group=GROUP, since=2016),
    ClientAccount("CL-003", "Association Les Canuts", (
        Person("Solange", "Perret", "presidence@lescanuts.example", "N", "Présidente"),
        Person("Bruno", "Chazal", "tresorier@lescanuts.example", "N", "Trésorier"),
    ), manager=FONTENOY, since=2019),
    ClientAccount("CL-004", "Atelier Okafor EURL", (
        Person("Chidi", "Okafor", "chidi@atelier-okafor.example", "", "Gérant", phone="+33 6 12 00 00 14"),
    ), manager=CLAIRE, group=TRADES, tags=(QUARTERLY,), since=2021),
    ClientAccount("CL-005", "Cabinet dentaire Nguyen SELARL", (
        Person("Linh", "Nguyen", "linh@dentaire-nguyen.example", "LN", "Gérante"),
        Person("Sylvie", "Roche", "accueil@dentaire-nguyen.example", "", "Secrétariat"),
    ), manager=CLAIRE, group=HEALTH, tags=(PAYROLL,), since=2012),
    ClientAccount("CL-006", "Famille Delacroix", (
        Person("Anne", "Delacroix", "anne.delacroix@famille-d.example", "N"),
        Person("Vincent", "Delacroix", "vincent.delacroix@famille-d.example", "N", wants_signatures=False),
    ), kind=FAMILY, manager=DELVAUX, group=FREE, since=2018),
    ClientAccount("CL-007", "Ferme Vasseur GAEC", (
        HELENE, Person("Luc", "Vasseur", "luc@ferme-vasseur.example", "N", "Associé"),
        Person("Rémi", "Vasseur", "remi@ferme-vasseur.example", "N", "Associé"),
    ), manager=CLAIRE, group=LAND, tags=(QUARTERLY,), since=2009),
    ClientAccount("CL-008", "Garage Perrin SARL", (
        Person("Didier", "Perrin", "didier@garage-perrin.example", "N", "Gérant", phone="+33 4 72 00 00 32"),
    ), manager=CLAIRE, group=TRADES, tags=(MONTHLY,), since=2015),
    ClientAccount("CL-009", "Martin Zoé", (
        Person("Zoé", "Martin", "zoe.martin@graphisme.example", "LN", "Graphiste"),
    ), kind=PERSON, manager=EMMA, group=FREE, since=2022),
    ClientAccount("CL-010", "Pharmacie de la Croix-Rousse", (
        Person("Isabelle", "Faure", "i.faure@pharmacie-cr.example", "LN", "Titulaire"),
        Person("Hugues", "Faure", "h.faure@pharmacie-cr.example", "", "Conjoint"),
        Person("Mina", "Diallo", "compta@pharmacie-cr.example", "N", "Comptabilité"),
    ), manager=CLAIRE, group=SHOPS, tags=(MONTHLY, PAYROLL), since=2010),
    ClientAccount("CL-011", "Studio Brun & Fils", (
        Person("Gilles", "Brun", "gilles@studio-brun.example", "N", "Gérant"),
    ), manager=CLAIRE, group=TRADES, tags=(QUARTERLY,), since=2017),
    ClientAccount("CL-012", "Transports Aubry SAS", (
        KARIM, Person("Laure", "Aubry", "laure@transports-aubry.example", "N", "Directrice générale"),
        Person("Yann", "Kerbrat", "exploitation@transports-aubry.example", "", "Exploitation"),
    ), manager=DELVAUX, group=GROUP, tags=(MONTHLY, PAYROLL), since=2011),
    ClientAccount("CL-013", "Aubry Participations SAS", (KARIM,), manager=DELVAUX, group=GROUP, since=2016),
    ClientAccount("CL-014", "Riverside Consulting SARL", (
        Person("James", "Whitfield", "james@riverside-consulting.example", "LN", "Director", language="en"),
        Person("Olivia", "Hart", "olivia@riverside-consulting.example", "N", "Office manager", language="en"),
    ), manager=AMIR, group=FREE, tags=(MONTHLY,), since=2023),
    ClientAccount("CL-015", "Café des Terreaux", (
        Person("Samia", "Haddad", "samia@cafe-terreaux.example", "N", "Gérante"),
    ), manager=EMMA, group=FOOD, tags=(MONTHLY, PAYROLL), since=2020),
    ClientAccount("CL-016", "Bouchon Chez Margot", (
        Person("Margot", "Vial", "margot@chez-margot.example", "LN", "Cheffe"),
    ), manager=EMMA, group=FOOD, tags=(MONTHLY, PAYROLL), since=2016),
    ClientAccount("CL-017", "Menuiserie Teyssier SARL", (
        Person("Étienne", "Teyssier", "etienne@menuiserie-teyssier.example", "N", "Gérant"),
    ), manager=FONTENOY, group=TRADES, tags=(QUARTERLY,), since=2013),
    ClientAccount("CL-018", "Librairie du Passage", (
        Person("Agnès", "Collin", "agnes@librairie-passage.example", "N", "Libraire"),
    ), manager=FONTENOY, group=SHOPS, tags=(QUARTERLY, PAPER), since=2008),
    ClientAccount("CL-019", "Ostéopathie Benoît Girardin", (
        Person("Benoît", "Girardin", "benoit@osteo-girardin.example", "N"),
    ), kind=PERSON, manager=AMIR, group=HEALTH, since=2021),
    ClientAccount("CL-020", "SCM des Docteurs Blum et Rey", (
        Person("Esther", "Blum", "esther.blum@scm-blum-rey.example", "N", "Médecin"),
        Person("Thomas", "Rey", "thomas.rey@scm-blum-rey.example", "N", "Médecin"),
    ), manager=AMIR, group=HEALTH, since=2018),
    ClientAccount("CL-021", "Vignobles Chanut EARL", (
        Person("Pierre", "Chanut", "pierre@vignobles-chanut.example", "N", "Exploitant"),
    ), manager=DELVAUX, group=LAND, tags=(QUARTERLY,), since=2006),
    ClientAccount("CL-022", "Famille Vasseur", (HELENE,), kind=FAMILY, manager=CLAIRE, since=2009),
    ClientAccount("CL-023", "Famille Okonkwo", (
        Person("Grace", "Okonkwo", "grace@okonkwo.example", "LN", language="en"),
        Person("Daniel", "Okonkwo", "daniel@okonkwo.example", "N", language="en"),
    ), kind=FAMILY, manager=AMIR, since=2022),
    ClientAccount("CL-024", "Plomberie Rhône Services", (
        Person("Mehdi", "Ziani", "mehdi@plomberie-rs.example", "N", "Gérant"),
    ), manager=FONTENOY, group=TRADES, tags=(MONTHLY,), since=2019),
    ClientAccount("CL-025", "Couvreur Maillard EURL", (
        Person("Franck", "Maillard", "franck@couvreur-maillard.example", "N", "Gérant"),
    ), manager=FONTENOY, group=TRADES, tags=(QUARTERLY, PAPER), since=2014),
    ClientAccount("CL-026", "Institut Éclat", (
        Person("Jade", "Bonnet", "jade@institut-eclat.example", "N", "Gérante"),
    ), manager=EMMA, group=SHOPS, tags=(QUARTERLY,), since=2023),
    ClientAccount("CL-027", "Fleurs de Bellecour", (
        Person("Rose", "Meunier", "rose@fleurs-bellecour.example", "N", "Fleuriste"),
    ), manager=EMMA, group=SHOPS, tags=(QUARTERLY,), since=2017),
    ClientAccount("CL-028", "Auto-école du Parc", (
        Person("Nicolas", "Ferrand", "nicolas@autoecole-parc.example", "N", "Gérant"),
    ), manager=DELVAUX, group=SHOPS, tags=(PAYROLL,), since=2015),
    ClientAccount("CL-029", "Crèche Les Petits Gones", (
        Person("Céline", "Morel", "direction@petits-gones.example", "N", "Directrice"),
        Person("Alain", "Sabatier", "alain.sabatier@petits-gones.example", "", "Président"),
    ), manager=DELVAUX, tags=(PAYROLL,), since=2016),
    ClientAccount("CL-030", "Holding Rhône Alpes Invest", (
        KARIM, Person("Béatrice", "Lang", "b.lang@rhone-invest.example", "N", "Directrice financière"),
    ), manager=CLAIRE, group=GROUP, since=2016),
    ClientAccount("CL-031", "Chevalier Louise", (
        Person("Louise", "Chevalier", "louise@chevalier-traduction.example", "N", "Traductrice"),
    ), kind=PERSON, manager=EMMA, group=FREE, since=2024),
    ClientAccount("CL-032", "Costa Rafael", (
        Person("Rafael", "Costa", "rafael@costa-photo.example", "N", "Photographe", language="en"),
    ), kind=PERSON, manager=EMMA, group=FREE, since=2024),
    ClientAccount("CL-033", "Pires Inês", (
        Person("Inês", "Pires", "ines@pires-archi.example", "", "Architecte"),
    ), kind=PERSON, manager=PAULO, group=FREE, since=2023),
    ClientAccount("CL-034", "Tailleur Sarkissian", (
        Person("Aram", "Sarkissian", "aram@sarkissian.example", "N", "Tailleur"),
    ), kind=PERSON, manager=PAULO, group=TRADES, since=2022),
    ClientAccount("CL-035", "Brasserie de la Saône SAS", (
        Person("Mathilde", "Royer", "mathilde@brasserie-saone.example", "LN", "Présidente"),
        Person("Joris", "Lambrecht", "joris@brasserie-saone.example", "N", "Brasseur", language="en"),
    ), manager=AMIR, group=FOOD, tags=(MONTHLY,), since=2018),
    ClientAccount("CL-036", "Fromagerie Duret", (
        Person("Colette", "Duret", "colette@fromagerie-duret.example", "", "Gérante", phone="+33 4 78 00 00 36"),
    ), manager=FONTENOY, group=SHOPS, tags=(PAPER,), since=2005),
    ClientAccount("CL-037", "Agence Horizon Voyages", (
        Person("Patricia", "Noguera", "patricia@horizon-voyages.example", "N", "Gérante"),
    ), manager=AMIR, group=SHOPS, tags=(MONTHLY,), since=2013),
    ClientAccount("CL-038", "Kinésithérapie Lacombe", (
        Person("Arnaud", "Lacombe", "arnaud@kine-lacombe.example", "N"),
    ), kind=PERSON, manager=AMIR, group=HEALTH, since=2020),
    ClientAccount("CL-039", "Copropriété 8 rue Mercière", (
        Person("Monique", "Tissot", "", "", "Présidente du conseil"),
    ), manager=DELVAUX, tags=(PAPER,), since=2017),
    ClientAccount("CL-040", "Théâtre des Pentes", (
        Person("Judith", "Azoulay", "judith@theatre-pentes.example", "N", "Administratrice"),
    ), manager=DELVAUX, tags=(PAYROLL,), since=2019),
)  # fmt: skip

PEETERS_ACCOUNTS = (
    ClientAccount("KP-1", "Garage Maes BV", (
        Person("Lotte", "Maes", "lotte@garage-maes.example", "LN", "Owner"),
    ), manager="Wim Peeters", since=2012),
    ClientAccount("KP-2", "Bakkerij De Smet", (
        Person("Jan", "De Smet", "jan@bakkerij-desmet.example", "N", "Owner"),
    ), manager="Eline Wouters", since=2018),
    ClientAccount("KP-3", "Van Damme & Zonen NV", (
        Person("Eva", "Van Damme", "eva@vandamme-zonen.example", "N", "Director"),
    ), manager="Wim Peeters", since=2009),
)  # fmt: skip
