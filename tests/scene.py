"""Cabinet Lumière with one of everything, under names that nobody else has, and Kantoor Peeters beside it."""

from collections.abc import Mapping
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.core.files.base import ContentFile

from actions.models import Action
from clients.enums import ListName
from clients.importing.models import ClientImport
from clients.importing.services import upload_list
from clients.models import BulkChange, CustomField, Group, SavedView, Tag
from clients.saved_views import save_view
from files.enums import Area
from files.models import File
from firms.actors import Actor
from firms.enums import FailedTaskKind, Verb
from firms.models import FailedTask, User
from firms.services import raise_failed_task, write_activity
from kinds.chats.models import ChatMessage, MessageFile
from kinds.client_tasks.attached import attach
from kinds.client_tasks.models import Task
from kinds.client_tasks.queries import tasks_of
from lib.codes import hidden_code
from notifications.models import Notice
from notifications.outbox import NOTICE_CODE
from reminders.asking.batches import start_batch, word_batch
from reminders.asking.templates import TemplateWords, add_template
from reminders.enums import PeopleRule
from reminders.models import AskBatch, RequestTemplate
from reminders.rules import Schedule
from reminders.words import Words
from tenancy.context import firm_context
from tests.approving import approval
from tests.chatting import wrote
from tests.documenting import Papers, make_papers
from tests.factories import START
from tests.people import Lumiere, Peeters, make_lumiere, make_peeters
from tests.second_steps import give_passkey
from tests.signing import asked, make_client_user, pdf_upload
from tests.tasking import tasked

# What only Cabinet Lumière may ever be shown: its clients, their addresses, what is asked of them. No example of ours is called so.
SECRETS = ("Zylberstein", "nadia@zylberstein.example", "Tilleuls", "Lettre de mission", "clients-lumiere.csv")


@dataclass(frozen=True, slots=True)
class Scene:
    """Cabinet Lumière with one of everything, and Kantoor Peeters beside it."""

    lumiere: Lumiere
    peeters: Peeters
    action: Action
    client_import: ClientImport
    task: FailedTask
    nadia: User
    lotte: User
    passkey: Authenticator  # Claire's
    bulk: BulkChange  # hers too, as is the view
    view: SavedView
    field: CustomField
    group: Group
    tag: Tag
    batch: AskBatch  # Claire's
    template: RequestTemplate
    list: Action  # of tasks, one of which has a file
    list_task: Task
    list_file: File
    papers: Papers
    chat: Action
    message: ChatMessage  # in it, with a file
    chat_file: File
    approval: Action
    mail: str  # the code of what waits in the outbox for Nadia

    @property
    def items(self) -> tuple[Action, ...]:
        """One request of each kind, all asked of Nadia: she has opened the link of each."""
        return self.action, self.list, self.papers.request, self.chat, self.approval

    @property
    def codes(self) -> Mapping[str, str]:
        """What can stand in an address."""
        lumiere = self.lumiere
        return {
            "account": lumiere.bakery.code,
            "action": self.action.code,
            "address": lumiere.nadia_address.code,
            "contact": lumiere.nadia.code,
            "firm": lumiere.firm.code,
            "import": self.client_import.code,
            "staff": lumiere.emma.code,
            "task": self.task.code,
            "passkey": str(self.passkey.pk),
            "field": self.field.code,
            "group": self.group.code,
            "tag": self.tag.code,
            "bulk": self.bulk.code,
            "view": self.view.code,
            "batch": self.batch.code,
            "template": self.template.code,
            **self.papers.codes,
            "list": self.list.code,
            "list_task": self.list_task.code,
            "list_file": self.list_file.code,
            "chat": self.chat.code,
            "thread": self.chat.topic,
            "message": self.message.code,
            "chat_file": self.chat_file.code,
            "approval": self.approval.code,
            "mail": self.mail,
            "token": "a" * 32,  # of nobody's link: the right one is a key, and tried in tests/access
        }


def give_rare_names(lumiere: Lumiere) -> None:
    lumiere.bakery.name = "Ambulances Zylberstein"
    lumiere.nadia.last_name = "Zylberstein"
    lumiere.nadia_address.email = "nadia@zylberstein.example"
    for row in (lumiere.bakery, lumiere.nadia, lumiere.nadia_address):
        row.save()


def make_scene() -> Scene:
    lumiere, peeters = make_lumiere(), make_peeters()
    with firm_context(lumiere.firm.pk):
        give_rare_names(lumiere)
    action = asked(lumiere)
    with firm_context(lumiere.firm.pk):
        content = b"Nom du compte;E-mail\nGarage Zylberstein;garage@zylberstein.example\n"
        client_import = upload_list(
            firm=lumiere.firm, file=ContentFile(content), name="clients-lumiere.csv", size=len(content), staff=lumiere.claire, now=START
        )
        raise_failed_task(firm=lumiere.firm, kind=FailedTaskKind.BOUNCED, key="x", subject=lumiere.nadia_address.email, now=START)
        write_activity(
            firm=lumiere.firm, by=Actor.staff(lumiere.claire), verb=Verb.CONTACT_CREATED, now=START, subject=lumiere.nadia.name,
            account_id=lumiere.bakery.pk,
        )  # fmt: skip
        task = FailedTask.objects.get()
        bulk = BulkChange.objects.create(
            firm=lumiere.firm, staff=lumiere.claire, act="tag", before={"to": 0, "rows": {}, "accounts": 0}, at=START
        )
        view = save_view(staff=lumiere.claire, of=ListName.ACCOUNTS, name="Zylberstein", query="q=zylberstein")
        field = CustomField.objects.create(firm=lumiere.firm, name="Zylberstein", kind="text")
        group = Group.objects.create(firm=lumiere.firm, name="Zylberstein")
        tag = Tag.objects.create(firm=lumiere.firm, name="Zylberstein")
        batch = start_batch(staff=lumiere.claire, kind="signature", accounts=[lumiere.bakery.pk], now=START)
        word_batch(batch=batch, words=Words("Zylberstein"), usual_message=True, rule=PeopleRule.MAIN, payload={"document": ""})
        words = TemplateWords("Zylberstein", "Lettre de mission", "", None, Schedule(), {})
        template = add_template(firm=lumiere.firm, kind="signature", words=words, by=Actor.staff(lumiere.claire), now=START)
    tasks = tasked(lumiere, title="Tâches Zylberstein")
    with firm_context(lumiere.firm.pk):
        first = tasks_of(tasks)[0]
        file = attach(action=tasks, code=first.code, area=Area.FIRM, upload=pdf_upload(), by=Actor.staff(lumiere.claire), now=START)
        chat = wrote(lumiere, title="Bail Zylberstein", people=[lumiere.nadia], uploads=[pdf_upload()])
        message = ChatMessage.objects.get()
        chat_file = MessageFile.objects.get().file
    papers = make_papers(lumiere, "Zylberstein")
    approve = approval(lumiere, title="Comptes Zylberstein", names=("zylberstein.pdf", "plan.png"))
    with firm_context(lumiere.firm.pk):
        mail = Notice.objects.filter(action=action).earliest("pk")
    nadia = make_client_user(lumiere.firm, lumiere.nadia_address)
    lotte = make_client_user(peeters.firm, peeters.lotte_address)
    passkey = give_passkey(lumiere.claire, "Zylberstein")
    return Scene(
        lumiere, peeters, action, client_import, task, nadia, lotte, passkey, bulk, view, field, group, tag, batch, template,
        tasks, first, file, papers, chat, message, chat_file, approve, hidden_code(NOTICE_CODE, mail.pk),
    )  # fmt: skip
