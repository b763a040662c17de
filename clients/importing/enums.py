"""The words of an import."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Field(TextChoices):
    """What a column of a client list can mean to us."""

    REFERENCE = "reference", _("Reference")
    ACCOUNT = "account", _("Account name")
    KIND = "kind", _("Kind")
    RELATION = "relation", _("Client or supplier")
    FIRST_NAME = "first_name", _("First name")
    LAST_NAME = "last_name", _("Last name")
    EMAIL = "email", _("E-mail")
    OTHER_EMAIL = "other_email", _("Another e-mail")
    PHONE = "phone", _("Phone")
    LANGUAGE = "language", _("Language")
    LOGIN = "login", _("LOGIN")
    NOTIFY = "notify", _("NOTIFY")
    EMAIL_SYNC = "email_sync", _("EMAIL SYNC")
    MANAGER = "manager", _("Manager")
    GROUP = "group", _("Group")
    TAGS = "tags", _("Tags")
    CLIENT_SINCE = "client_since", _("Client since")


class Verdict(TextChoices):
    """What becomes of a row."""

    NEW = "new", pgettext_lazy("row", "New")
    CHANGED = "changed", pgettext_lazy("row", "Changed")
    SAME = "same", pgettext_lazy("row", "Unchanged")
    REFUSED = "refused", pgettext_lazy("row", "Left out")


class Severity(TextChoices):
    """How much of a row a problem costs."""

    ERROR = "error", _("Row left out")
    WARNING = "warning", _("Cell left out")
    NOTE = "note", _("To look at")


class ProblemCode(TextChoices):
    """Everything that can be wrong with a row; `sentences.py` says each in words."""

    # The whole row stays out.
    NO_ACCOUNT = "no_account"
    UNKNOWN_REFERENCE = "unknown_reference"
    UNUSABLE_REFERENCE = "unusable_reference"
    SEVERAL_ACCOUNTS = "several_accounts"
    TOO_MANY_CELLS = "too_many_cells"
    NOBODY = "nobody"
    REFUSED_BY_DATABASE = "refused_by_database"
    # One cell stays out, the rest of the row goes in.
    UNKNOWN_KIND = "unknown_kind"
    UNKNOWN_RELATION = "unknown_relation"
    INVALID_EMAIL = "invalid_email"
    EMAIL_OF_ANOTHER = "email_of_another"
    SEVERAL_PEOPLE = "several_people"
    SWITCH_WITHOUT_EMAIL = "switch_without_email"
    UNKNOWN_SWITCH = "unknown_switch"
    SWITCH_OF_SUPPLIER = "switch_of_supplier"
    STILL_ASKED = "still_asked"
    LOGIN_IN_USE = "login_in_use"
    LOGIN_NOT_TOLD = "login_not_told"
    UNKNOWN_LANGUAGE = "unknown_language"
    UNKNOWN_MANAGER = "unknown_manager"
    SEVERAL_MANAGERS = "several_managers"
    INVALID_DATE = "invalid_date"
    INVALID_PHONE = "invalid_phone"
    INVALID_NUMBER = "invalid_number"
    UNKNOWN_CHOICE = "unknown_choice"
    IN_ANOTHER_FIELD = "in_another_field"
    FORMULA = "formula"
    SPREADSHEET_ERROR = "spreadsheet_error"
    TOO_LONG = "too_long"
    DIFFERS = "differs"
    # It goes in; somebody should look at it.
    NAME_FROM_REFERENCE = "name_from_reference"
    MISSING_KIND = "missing_kind"
    MISSING_EMAIL = "missing_email"
    MISSING_NAME = "missing_name"
    REPEATED = "repeated"
    SHORT_ROW = "short_row"
    LINE_BREAK = "line_break"
    TIDIED_EMAIL = "tidied_email"
    SEVERAL_EMAILS = "several_emails"
    UNREADABLE_CHARACTER = "unreadable_character"
    ARCHIVED = "archived"
    ARCHIVED_PERSON = "archived_person"


class RemovalKind(TextChoices):
    """What a complete list can say is there no longer."""

    PERSON = "person", _("Person of an account")
    ADDRESS = "address", _("Address of a person")


class RemovalOutcome(TextChoices):
    """What became of a removal that the list proposes; empty until it is carried out."""

    WAITING = "", pgettext_lazy("removal", "Proposed")
    DONE = "done", pgettext_lazy("removal", "Removed")
    CHANGED = "changed", pgettext_lazy("removal", "Kept: it has changed since the check")
    LAST = "last", pgettext_lazy("removal", "Kept: an account always has somebody")
    NEEDED = "needed", pgettext_lazy("removal", "Kept: named in an open request")
    FAILED = "failed", pgettext_lazy("removal", "Could not be removed")


class Unreadable(TextChoices):
    """Why a file cannot be read at all; `sentences.py` says each in words."""

    EMPTY = "empty"
    TOO_BIG = "too_big"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_COLUMNS = "too_many_columns"
    NO_ROWS = "no_rows"
    NO_HEADER = "no_header"
    OPEN_QUOTE = "open_quote"
    BROKEN_WORKBOOK = "broken_workbook"
    UNPACKS_TOO_BIG = "unpacks_too_big"
    NO_SHEET = "no_sheet"
    OLD_EXCEL = "old_excel"
    OPEN_DOCUMENT = "open_document"
    OTHER_TYPE = "other_type"
    NOT_TEXT = "not_text"
    INTERRUPTED = "interrupted"


class ImportState(TextChoices):
    MATCHING = "matching", pgettext_lazy("import", "Match columns")
    CHECKING = "checking", pgettext_lazy("import", "Being checked")
    CHECKED = "checked", pgettext_lazy("import", "Checked")
    IMPORTING = "importing", pgettext_lazy("import", "Being imported")
    DONE = "done", pgettext_lazy("import", "Done")
    STOPPED = "stopped", pgettext_lazy("import", "Stopped")
    FAILED = "failed", pgettext_lazy("import", "Failed")
