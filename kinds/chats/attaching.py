"""Files that come with messages: they are kept as the account's documents, in a folder of their own."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.files.base import File as Content
from django.utils import translation
from django.utils.translation import gettext as _

from clients.models import Account
from clients.names import name_key
from files.enums import Area
from files.models import Folder
from files.services import keep_file, make_folder
from firms.actors import Actor
from kinds.chats.models import ChatMessage, MessageFile


def attach(*, message: ChatMessage, uploads: "Sequence[Content[Any]]", by: Actor, now: datetime) -> None:
    """Keeps them with the message. Raises `files.errors.FileRefused`."""
    if not uploads:
        return
    account = message.thread.account
    area = Area.FIRM if message.of_firm else Area.CLIENT
    folder = folder_of_messages(account, area, by, now)
    for upload in uploads:
        kept = keep_file(account=account, area=area, folder=folder, upload=upload, by=by, now=now)
        MessageFile.objects.create(firm=account.firm, message=message, file=kept)


def folder_of_messages(account: Account, area: Area, by: Actor, now: datetime) -> Folder:
    """“Messages” in the firm's language, made with the first file."""
    with translation.override(account.firm.language):
        name = _("Messages")
        found = Folder.objects.filter(firm=account.firm_id, account=account, area=area, parent=None, name_key=name_key(name)).first()
        return found or make_folder(account=account, area=area, parent=None, name=name, by=by, now=now)
