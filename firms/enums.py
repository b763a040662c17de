"""The firm's own words."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Side(TextChoices):
    """On which side of the desk a user sits; nobody sits on both."""

    STAFF = "staff", _("Staff")
    CLIENT = "client", _("Client")


class Role(TextChoices):
    OWNER = "owner", _("Owner")
    ADMIN = "admin", _("Admin")
    EMPLOYEE = "employee", _("Employee")


class Right(TextChoices):
    """What an employee can be granted; owner and admin have them all (M30)."""

    MANAGE_ACCOUNTS = "manage_accounts", _("Manage accounts")
    MANAGE_ACTIONS = "manage_actions", _("Manage requests")
    MANAGE_BILLING = "manage_billing", _("Manage billing")
    EMAIL_TEMPLATES = "email_templates", _("E-mail templates")
    DEBTORS = "debtors", _("Debtors")
    INCIDENTS = "incidents", _("Incidents")
    SEE_ALL_ACCOUNTS = "see_all_accounts", _("See all accounts")


class SocialNetwork(TextChoices):
    """Where a firm can be followed; each value is a column of `Firm` and the name of an icon."""

    LINKEDIN = "linkedin", "LinkedIn"
    FACEBOOK = "facebook", "Facebook"
    X = "x", "X"
    INSTAGRAM = "instagram", "Instagram"
    YOUTUBE = "youtube", "YouTube"
    WHATSAPP = "whatsapp", "WhatsApp"
    TIKTOK = "tiktok", "TikTok"


class ActorKind(TextChoices):
    STAFF = "staff", _("Team of the firm")  # on which side somebody stood, whatever their role
    CLIENT = "client", _("Client, signed in")
    LINK = "link", _("Client, by link")
    SYSTEM = "system", _("Relance")


class HoldOrigin(TextChoices):
    """Who holds all that leaves to clients."""

    STAFF = "staff", _("Staff")
    OPERATOR = "operator", _("Whoever runs Relance for you")
    BACKLOG = "backlog", _("Relance: e-mails have waited too long")


class Verb(TextChoices):
    """What an activity line says was done; the label is the sentence after the actor's name."""

    FIRM_CREATED = "firm_created", _("created the firm")
    FIRM_CHANGED = "firm_changed", _("changed the setting %(detail)s")
    SAMPLE_SENT = "sample_sent", _("sent a sample of the e-mail “%(subject)s” to %(detail)s")
    LOG_EXPORTED = "log_exported", _("exported the activity: %(detail)s")
    ACCOUNTS_EXPORTED = "accounts_exported", _("exported the list of accounts: %(detail)s")
    SILENT_EXPORTED = "silent_exported", _("exported the addresses that receive nothing: %(detail)s")
    STAFF_INVITED = "staff_invited", _("invited %(subject)s to the team")
    STAFF_JOINED = "staff_joined", _("accepted the invitation to the team")
    STAFF_CHANGED = "staff_changed", _("changed %(detail)s of %(subject)s")
    STAFF_REMOVED = "staff_removed", _("removed %(subject)s from the team")
    SIGN_IN_CHANGED = "sign_in_changed", _("changed how they sign in: %(detail)s")
    ACCOUNT_CREATED = "account_created", _("created the account %(subject)s")
    ACCOUNT_CHANGED = "account_changed", _("changed %(detail)s of %(subject)s")
    CONTACT_CREATED = "contact_created", _("created the contact %(subject)s")
    CONTACT_CHANGED = "contact_changed", _("changed %(detail)s of %(subject)s")
    CONTACT_LINKED = "contact_linked", _("linked %(subject)s to %(detail)s")
    CONTACT_UNLINKED = "contact_unlinked", _("removed %(subject)s from %(detail)s")
    CONTACT_MERGED = "contact_merged", _("merged %(detail)s into %(subject)s")
    ADDRESS_ADDED = "address_added", _("added the address %(detail)s to %(subject)s")
    ADDRESS_REPLACED = "address_replaced", _("replaced an address of %(subject)s by %(detail)s")
    ADDRESS_PRIMARY = "address_primary", _("made %(detail)s the primary address of %(subject)s")
    ADDRESS_REMOVED = "address_removed", _("removed the address %(detail)s of %(subject)s")
    CLIENT_INVITED = "client_invited", _("invited %(subject)s to the client portal: %(detail)s")
    CLIENT_JOINED = "client_joined", _("activated the access of %(subject)s")
    PREVIEWED = "previewed", _("looked at the portal as %(subject)s")
    GROUP_CHANGED = "group_changed", _("changed the group %(subject)s: %(detail)s")
    TAG_CHANGED = "tag_changed", _("changed the tag %(subject)s: %(detail)s")
    FIELD_CHANGED = "field_changed", _("changed the custom field %(subject)s: %(detail)s")
    SWITCHED_ON = "switched_on", _("switched %(detail)s on for %(subject)s")
    SWITCHED_OFF = "switched_off", _("switched %(detail)s off for %(subject)s")
    SWITCH_CHANGED = "switch_changed", _("switched %(detail)s for %(subject)s")  # in earlier lines: switch and state are one text
    PREFERENCE_CHANGED = "preference_changed", _("changed the preference %(detail)s of %(subject)s")
    IMPORT_CONFIRMED = "import_confirmed", _("started the import %(subject)s")
    IMPORT_DONE = "import_done", _("finished the import %(subject)s: %(detail)s")
    IMPORT_STOPPED = "import_stopped", _("stopped the import %(subject)s")
    ACTION_OPENED = "action_opened", _("asked for “%(subject)s”")
    ACTION_REMINDED = "action_reminded", _("prepared reminder %(detail)s of “%(subject)s”")
    ACTION_RESENT = "action_resent", _("sent “%(subject)s” again to %(detail)s")
    ACTION_DONE_BY_PARTY = "action_done_by_party", _("signed “%(subject)s”")
    ACTION_APPROVED_BY_PARTY = "action_approved_by_party", _("approved “%(subject)s”")
    ACTION_ANSWERED = "action_answered", _("answered “%(subject)s”")
    ACTION_DONE = "action_done", _("completed “%(subject)s”")
    ACTION_REFUSED = "action_refused", _("declined “%(subject)s”")
    ACTION_WITHDRAWN = "action_withdrawn", _("withdrew “%(subject)s”")
    ACTION_EXPIRED = "action_expired", _("let “%(subject)s” expire")
    ACTION_ARCHIVED = "action_archived", _("archived “%(subject)s”")
    ACTION_REOPENED = "action_reopened", _("reopened “%(subject)s”")
    MESSAGE_WRITTEN = "message_written", _("wrote in “%(subject)s”")
    THREAD_CHANGED = "thread_changed", _("changed who takes part in “%(subject)s”: %(detail)s")
    FILE_ADDED = "file_added", _("added the file “%(subject)s”: %(detail)s")
    FILE_REPLACED = "file_replaced", _("replaced “%(subject)s” by version %(detail)s")
    FILE_RENAMED = "file_renamed", _("renamed “%(detail)s” to “%(subject)s”")
    FILE_MOVED = "file_moved", _("moved “%(subject)s” to %(detail)s")
    FILE_TRASHED = "file_trashed", _("put “%(subject)s” into the trash")
    FILE_RESTORED = "file_restored", _("took “%(subject)s” out of the trash")
    FILE_PURGED = "file_purged", _("emptied “%(subject)s” from the trash for good")
    FOLDER_CHANGED = "folder_changed", _("changed the folder “%(subject)s”: %(detail)s")
    DOCUMENTS_COMPLETE = "documents_complete", _("sent all documents for %(subject)s")
    PERIOD_REOPENED = "period_reopened", _("reopened the documents of %(subject)s")
    VAT_RHYTHM_CHANGED = "vat_rhythm_changed", _("changed the VAT period to %(detail)s")
    TASK_ADDED = "task_added", _("added the task “%(detail)s” to “%(subject)s”")
    TASK_CHANGED = "task_changed", _("changed the task “%(detail)s” of “%(subject)s”")
    TASK_REMOVED = "task_removed", _("removed the task “%(detail)s” from “%(subject)s”")
    TASK_DONE = "task_done", _("ticked “%(detail)s” off in “%(subject)s”")
    TASK_UNDONE = "task_undone", _("opened “%(detail)s” again in “%(subject)s”")
    MANY_ASKED = "many_asked", _("asked several accounts for “%(subject)s”: %(detail)s")
    MANY_STOPPED = "many_stopped", _("stopped asking for “%(subject)s”: %(detail)s")
    TEMPLATE_ADDED = "template_added", _("added the request template “%(subject)s”")
    TEMPLATE_CHANGED = "template_changed", _("changed the request template “%(subject)s”")
    TEMPLATE_DELETED = "template_deleted", _("deleted the request template “%(subject)s”")
    REMINDERS_CHANGED = "reminders_changed", _("changed the reminders of “%(subject)s”: %(detail)s")
    REMINDERS_STOPPED = "reminders_stopped", _("stopped the reminders of “%(subject)s”: %(detail)s")
    REMINDERS_PAUSED = "reminders_paused", _("paused the reminders of %(subject)s: %(detail)s")
    REMINDERS_RESUMED = "reminders_resumed", _("ended the pause of %(subject)s: %(detail)s")
    REMINDERS_TAKEN_UP = "reminders_taken_up", _("took up the reminders of “%(subject)s” again: somebody can be told")
    LATE_SENT = "late_sent", _("let late reminder %(detail)s of “%(subject)s” go out")
    LATE_LEFT_OUT = "late_left_out", _("left out late reminder %(detail)s of “%(subject)s”")
    USUAL_REMINDERS_CHANGED = "usual_reminders_changed", _("changed the usual reminders of %(subject)s: %(detail)s")
    MAIL_RETRIED = "mail_retried", _("let the e-mail “%(subject)s” to %(detail)s be tried again")
    MAIL_CANCELLED = "mail_cancelled", _("cancelled the e-mail “%(subject)s” to %(detail)s")
    MAIL_HELD = "mail_held", _("held all e-mails to clients: %(detail)s")
    MAIL_RELEASED = "mail_released", _("released the e-mails to clients: %(detail)s")
    ADDRESS_SUPPRESSED = "address_suppressed", _("stopped writing to %(subject)s: %(detail)s")
    ADDRESS_WRITTEN_TO_AGAIN = "address_again", _("let e-mails go to %(subject)s again: %(detail)s")
    ACTION_TAKEN_OVER = "action_taken_over", _("told %(detail)s of “%(subject)s” in place of an address that receives nothing")


class FailedTaskKind(TextChoices):
    """Background work that now needs a person (M10)."""

    NOBODY_TO_NOTIFY = "nobody_to_notify", _("Nobody to notify")
    BOUNCED = "bounced", _("Address receives nothing")
    NOT_SENT = "not_sent", _("E-mail not sent")
    UNCONFIRMED = "unconfirmed", _("E-mail perhaps sent twice")
    REFUSED = "refused", _("Request declined")
    EXPIRED = "expired", _("Request expired")
    IMPORT_FAILED = "import_failed", _("Import stopped")
    ASK_FAILED = "ask_failed", _("Request not made")
    REMINDERS_LATE = "reminders_late", _("Reminders are late")
    REMINDER_FAILED = "reminder_failed", _("Reminder not made")
    SENDER_BROKEN = "sender_broken", _("E-mail cannot leave")
    MAIL_BACKLOG = "mail_backlog", _("E-mails wait for a yes")
    RESTORED = "restored", _("E-mails perhaps sent before a restore")
    LOGIN_IN_USE = "login_in_use", _("Access could not be activated")
