"""Everything an import has to say, in the reader's language: what is wrong, what becomes of it, what to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from babel import Locale
from babel.core import UnknownLocaleError
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext_lazy as _

from clients import custom_fields
from clients.enums import AccountKind, FieldKind, Relation
from clients.importing.client_row import SWITCHES
from clients.importing.custom import Target, kind_and_name
from clients.importing.enums import Field, ProblemCode, Unreadable
from clients.importing.mapping import MappingFault
from clients.importing.problems import Problem
from clients.importing.steps import BROUGHT_BACK, LINKED, NEW_ACCOUNT, NEW_ADDRESS, NEW_CONTACT
from clients.typed import date_of
from firms.login_refusals import signs_in_elsewhere
from ui.dates import day_in_words


@dataclass(frozen=True, slots=True)
class Said:
    """Why a row or a cell stays out or wants a look, and what to do."""

    why: Promise
    remedy: Promise


CORRECT = _("Correct the cell and import the file again.")
NOTHING = _("Nothing, if this is right.")

PROBLEMS: dict[ProblemCode, Said] = {
    ProblemCode.NO_ACCOUNT: Said(_("There is neither an account name nor a reference."), _("Say whose account this row is about.")),
    ProblemCode.UNKNOWN_REFERENCE: Said(
        _("There is no account name, and no account has the reference “%(value)s”."),
        _("Fill in the account name, or correct the reference."),
    ),
    ProblemCode.UNUSABLE_REFERENCE: Said(
        _("“%(value)s” cannot be a reference: it is a formula, or longer than %(most)s characters."), CORRECT
    ),
    ProblemCode.SEVERAL_ACCOUNTS: Said(
        _("%(count)s accounts bear the name “%(value)s”: it cannot be told which is meant."),
        _("Fill in the reference of the right one."),
    ),
    ProblemCode.TOO_MANY_CELLS: Said(
        _("The row has %(cells)s cells under %(columns)s headings, so its values may stand in the wrong columns."),
        _("Put a value that holds the separator between quotation marks."),
    ),
    ProblemCode.NOBODY: Said(
        _("No row names a person of “%(value)s”, and an account always has at least one."),
        _("Add a first name, a last name or an e-mail."),
    ),
    ProblemCode.UNKNOWN_KIND: Said(
        _("“%(value)s” is not a kind of account. A new account goes in as a company, a known one keeps its kind."),
        _("Use person, family or company; or change the account afterwards."),
    ),
    ProblemCode.UNKNOWN_RELATION: Said(
        _("“%(value)s” is neither client nor supplier. A new account goes in as a client, a known one stays what it is."),
        _("Use client or supplier."),
    ),
    ProblemCode.INVALID_EMAIL: Said(
        _("“%(value)s” is not an e-mail address; it is left out."),
        _("Correct it, or add it on the account. Example: name@client.com"),
    ),
    ProblemCode.EMAIL_OF_ANOTHER: Said(
        _("%(value)s is the address of %(owner)s; in one firm an address is one person’s. It is left out here."),
        _("Give this person another address; if it is the same person, make the names equal."),
    ),
    ProblemCode.SEVERAL_PEOPLE: Said(
        _("%(count)s people of this account are called %(value)s: it cannot be told who is meant. The person is left out."),
        _("Fill in the e-mail of the right one."),
    ),
    ProblemCode.SWITCH_WITHOUT_EMAIL: Said(
        _("It cannot be switched on: there is no address to switch it on for."), _("Add an address, then switch it on.")
    ),
    ProblemCode.UNKNOWN_SWITCH: Said(
        _("“%(value)s” is neither yes nor no; the switch is left as it is, or off for a new address."),
        _("Use yes or no (also: x, 1, 0)."),
    ),
    ProblemCode.SWITCH_OF_SUPPLIER: Said(
        _("“%(name)s” is a supplier: suppliers have no portal and nothing is asked of them. The switch is off for %(value)s."),
        _("Nothing, or make the account a client."),
    ),
    ProblemCode.STILL_ASKED: Said(
        _("“%(value)s” has open requests, and nothing is asked of a supplier: it stays a client."),
        _("Withdraw its open requests, then import the list again."),
    ),
    ProblemCode.LOGIN_IN_USE: Said(
        _("%(elsewhere)s LOGIN stays off here."), _("Give this person another address and import the list again.")
    ),
    ProblemCode.LOGIN_NOT_TOLD: Said(
        _("Too many addresses of the list sign in elsewhere already. LOGIN goes on for none of them, and stays off for %(value)s."),
        _("Switch LOGIN on at the account, one address after the other; or import again in an hour."),
    ),
    ProblemCode.UNKNOWN_LANGUAGE: Said(
        _("“%(value)s” is not a language that we know; it is left out."),
        _("Use a code such as FR, NL or EN, or the language’s name."),
    ),
    ProblemCode.UNKNOWN_MANAGER: Said(
        _("Nobody of the firm is called “%(value)s”; the manager is left out."),
        _("Use the name or e-mail of a colleague as it stands in Relance."),
    ),
    ProblemCode.SEVERAL_MANAGERS: Said(
        _("Several colleagues are called “%(value)s”; the manager is left out."), _("Use the colleague’s e-mail.")
    ),
    ProblemCode.INVALID_DATE: Said(
        _("“%(value)s” is not a date that exists; it is left out."), _("Write day, month and year: 28/02/2023 or 2023-02-28.")
    ),
    ProblemCode.INVALID_PHONE: Said(_("“%(value)s” is not a phone number; it is left out."), CORRECT),
    ProblemCode.INVALID_NUMBER: Said(
        _("“%(value)s” is not a number; it is left out."), _("Write a number like 1234.5, with at most four decimals.")
    ),
    ProblemCode.UNKNOWN_CHOICE: Said(
        _("“%(value)s” is none of the choices of this field (%(choices)s); it is left out."),
        _("Use one of the choices, or add this one in the settings of the field."),
    ),
    ProblemCode.IN_ANOTHER_FIELD: Said(
        _("%(value)s stands in another field of this row, and an address stands in one; it is left out here."), CORRECT
    ),
    ProblemCode.FORMULA: Said(
        _("“%(value)s” is a formula that a spreadsheet would run; it is left out."), _("Put the plain text into the cell.")
    ),
    ProblemCode.SPREADSHEET_ERROR: Said(_("“%(value)s” is a spreadsheet’s error; the cell is left out."), CORRECT),
    ProblemCode.TOO_LONG: Said(_("“%(value)s” is longer than %(most)s characters; it is left out."), _("Shorten it.")),
    ProblemCode.DIFFERS: Said(
        _("“%(value)s” contradicts row %(row)s, which says “%(kept)s”. The earlier row decides."), _("Say the same in both rows.")
    ),
    ProblemCode.NAME_FROM_REFERENCE: Said(
        _("The account name is empty; by its reference %(reference)s the row goes to “%(name)s”."), NOTHING
    ),
    ProblemCode.MISSING_KIND: Said(_("No row says the kind of “%(value)s”; it goes in as a company."), _("Change the account afterwards.")),
    ProblemCode.MISSING_EMAIL: Said(
        _("There is no e-mail address; the person goes in and cannot be written to."), _("Add an address on the account.")
    ),
    ProblemCode.MISSING_NAME: Said(_("The person has no name and goes in as “%(value)s”."), _("Add the name on the account.")),
    ProblemCode.REPEATED: Said(_("The row says the same as row %(row)s; it counts once."), NOTHING),
    ProblemCode.SHORT_ROW: Said(_("The row ends here; the %(missing)s columns after it count as empty."), NOTHING),
    ProblemCode.LINE_BREAK: Said(
        _("There is a line break in the cell; it goes in as “%(value)s”."), _("Look whether two lines ran together.")
    ),
    ProblemCode.TIDIED_EMAIL: Said(_("The address goes in as %(kept)s, without the rest of the cell."), NOTHING),
    ProblemCode.SEVERAL_EMAILS: Said(
        _("There are several addresses in the cell; the switches of the row are for %(first)s, the others go in switched off."), NOTHING
    ),
    ProblemCode.UNREADABLE_CHARACTER: Said(_("“%(value)s” holds a character that cannot be read."), _("Correct it on the account.")),
    ProblemCode.ARCHIVED: Said(_("“%(value)s” is archived, and stays so."), NOTHING),
    ProblemCode.ARCHIVED_PERSON: Said(_("%(value)s is archived, and stays so: nothing is sent to them."), NOTHING),
    ProblemCode.REFUSED_BY_DATABASE: Said(
        _("The row could not be written. Nothing of it went in, and the other rows did."),
        _("Enter it by hand, and tell whoever runs Relance."),
    ),
}

UNREADABLE: dict[Unreadable, Promise] = {
    Unreadable.EMPTY: _("The file is empty. Save the list again as .csv or .xlsx and choose that file."),
    Unreadable.TOO_BIG: _("The file has %(megabytes)s MB; a list may have %(most)s MB. Leave out what is not needed, or split it."),
    Unreadable.TOO_MANY_ROWS: _("The list has more than %(most)s rows. Split it into several files and import one after the other."),
    Unreadable.TOO_MANY_COLUMNS: _("Row %(row)s has more than %(most)s columns. Keep the columns of the client list alone."),
    Unreadable.NO_ROWS: _("There is no row below the headings. Choose the file that holds the clients."),
    Unreadable.NO_HEADER: _(
        "Row %(row)s begins with data (“%(value)s”), not with headings. Add a first row that names the columns: Account name, E-mail …"
    ),
    Unreadable.OPEN_QUOTE: _(
        'A quotation mark (") opens in row %(row)s and closes much further down, or never. Close it, then choose the file again.'
    ),
    Unreadable.BROKEN_WORKBOOK: _("The workbook is damaged. Open it in Excel, save it again as .xlsx, and choose that file."),
    Unreadable.UNPACKS_TOO_BIG: _(
        "The workbook unpacks to %(megabytes)s MB, far more than a client list. Copy the list alone into a new workbook."
    ),
    Unreadable.NO_SHEET: _("The workbook has no visible sheet. Show the sheet that holds the clients, and save it again."),
    Unreadable.OLD_EXCEL: _(
        "This is an old Excel file (.xls), or a workbook with a password. Save it as .xlsx without a password, or as .csv."
    ),
    Unreadable.OPEN_DOCUMENT: _("This is an OpenDocument sheet (.ods). Save it as .xlsx or .csv and choose that file."),
    Unreadable.OTHER_TYPE: _("This is a %(type)s file, not a list. Save the list as .csv or .xlsx and choose that file."),
    Unreadable.NOT_TEXT: _("The file holds no readable text. Save the list as .xlsx, or as .csv in UTF-8, and choose that file."),
    Unreadable.INTERRUPTED: _("Something went wrong on our side, several times. What went in stays; import the file again for the rest."),
}

CHANGES: dict[str, Promise] = {
    NEW_ACCOUNT: _("New account"),
    NEW_CONTACT: _("New person"),
    LINKED: _("Linked to the account"),
    NEW_ADDRESS: _("New address"),
    BROUGHT_BACK: _("Back from the unlinked e-mails"),
}

FAULTS: dict[MappingFault, Promise] = {
    MappingFault.NO_ACCOUNT: _("Say which column holds the account name or the reference: without it no row has an account."),
    MappingFault.TWICE: _(
        "Several columns are matched with the same field: %(fields)s. Keep one; only another e-mail may stand in several."
    ),
}


def why(problem: Problem) -> str:
    """What is wrong, and what becomes of it."""
    details = {**problem.details, "value": problem.value}
    if problem.code is ProblemCode.LOGIN_IN_USE:
        details["elsewhere"] = signs_in_elsewhere(problem.value)
    if problem.code is ProblemCode.DIFFERS:
        said = partial(stored_in_words, problem.details["field"])
        details |= {"value": said(problem.value), "kept": said(problem.details["kept"])}
    return str(PROBLEMS[problem.code].why) % details


def remedy(problem: Problem) -> str:
    return str(PROBLEMS[problem.code].remedy)


def unreadable(why: Unreadable, details: Mapping[str, str | int]) -> str:
    return str(UNREADABLE[why]) % details


def mapping_faults(faults: dict[MappingFault, tuple[Target, ...]]) -> list[str]:
    return [str(FAULTS[fault]) % {"fields": ", ".join(str(field.label) for field in fields)} for fault, fields in faults.items()]


def change_label(what: str) -> str:
    return str(CHANGES[what]) if what in CHANGES else str(Field(what).label)


def stored_in_words(what: str, stored: str) -> str:
    """A value of a field, or of a custom one."""
    if custom := kind_and_name(what):
        return custom_in_words(custom[0], stored)
    return in_words(Field(what), stored)


def custom_in_words(kind: FieldKind, stored: str) -> str:
    if kind == FieldKind.DATE and (day := date_of(stored)):
        return custom_fields.in_words(day)
    if kind == FieldKind.NUMBER and stored:
        return custom_fields.in_words(Decimal(stored))
    return stored


def in_words(field: Field, stored: str) -> str:
    """A value as `plan.as_words` stored it, as people read it."""
    if field in SWITCHES and stored in ("on", "off"):
        return pgettext("switch", "on") if stored == "on" else pgettext("switch", "off")
    if field is Field.KIND and stored in AccountKind:
        return str(AccountKind(stored).label)
    if field is Field.RELATION and stored in Relation:
        return str(Relation(stored).label)
    if field is Field.CLIENT_SINCE and (day := date_of(stored)):
        return day_in_words(day, "j F Y")  # as on the account's page
    if field is Field.LANGUAGE and stored:
        return language_name(stored)
    return stored


def language_name(code: str) -> str:
    """The language's name in the reader's: "néerlandais" for nl."""
    try:
        name = Locale.parse(code).get_language_name(get_language() or "en")
    except (UnknownLocaleError, ValueError):
        return code
    return name or code
