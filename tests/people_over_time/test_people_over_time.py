"""Whatever staff do with people and their addresses, in whatever order: who may get in and who is told stays as docs/who-may.md says."""

from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from access.client_access import accept_client, change_email, get_open_client_invitation, invite_client, is_invitable
from access.invitations import InvitationClosed, token_of
from access.models import Invitation
from access.queries import portal_accounts, standing_of
from access.rules import may_follow_link
from actions.models import Action
from clients.addresses import add_address, change_switches, remove_address
from clients.contacts import restore_contact
from clients.errors import AddressInUse, LastContact, OnlyContact, Unlinked
from clients.inputs import NewPerson, Switches
from clients.models import Account, Address, Contact
from clients.people import add_contact_with_address, link_contact, unlink_contact
from clients.services import archive_account, restore_account
from firms.actors import Actor
from firms.models import User
from notifications.dispatch.look import look_again
from notifications.models import Notice
from notifications.queries import who_will_get
from notifications.verdicts import Verdict
from reminders.merging import archive_unless_named, merge_contacts
from reminders.services import ask
from reminders.words import Words
from tenancy.context import firm_context
from tests.factories import START
from tests.people import make_lumiere
from tests.people_over_time.model import Invited, Mail, Model, Person, Place

EMAILS = [f"{name}@client.example" for name in ("ana", "ben", "cleo")]
number = st.integers(min_value=0, max_value=999)
on_or_off = st.booleans()


class People(RuleBasedStateMachine):
    """Two accounts of Cabinet Lumière and whoever comes and goes in them; everything happens in one transaction that is taken back."""

    def __init__(self) -> None:
        super().__init__()
        self.everything, self.inside = ExitStack(), ExitStack()
        self.everything.enter_context(transaction.atomic())
        self.lumiere = make_lumiere()
        self.firm = self.lumiere.firm
        self.by = Actor.staff(self.lumiere.claire)
        self.inside.enter_context(firm_context(self.firm.pk))
        self.model = Model()
        self.changed = True
        self.rows: dict[Any, Any] = {}
        nadia, paul = Person("nadia"), Person("paul")
        self.rows |= {nadia: self.lumiere.nadia, paul: self.lumiere.paul}
        bakery, tilleuls = Place("bakery", [nadia, paul]), Place("tilleuls", [nadia])
        self.rows |= {bakery: self.lumiere.bakery, tilleuls: self.lumiere.tilleuls}
        self.model.places = [bakery, tilleuls]
        for person, row in ((nadia, self.lumiere.nadia_address), (paul, self.lumiere.paul_address)):
            mail = Mail(row.email, person)
            self.model.mails.append(mail)
            self.rows[mail] = row
            for place in self.model.places:
                if person in place.people:
                    self.model.add(place, person, row.email, login=False, notify=True)

    @initialize(first=on_or_off, second=on_or_off)
    def give_login(self, first: bool, second: bool) -> None:
        for mail, on in zip(self.model.mails, (first, second), strict=True):
            for place in mail.uses:
                self.set_switch(mail, place, "login", on)

    def teardown(self) -> None:
        self.inside.close()
        transaction.set_rollback(True)
        self.everything.close()

    # --- Choosing ----------------------------------------------------------------------------------------------------

    def place(self, n: int) -> Place:
        return self.model.places[n % len(self.model.places)]

    def mail(self, n: int) -> Mail:
        kept = [mail for mail in self.model.mails if not mail.removed]
        return kept[n % len(kept)]

    def person_of(self, place: Place, n: int) -> Person:
        people = self.model.people_at_work(place) or place.people  # everybody of an archived account may be archived
        return people[n % len(people)]

    def account(self, place: Place) -> Account:
        return Account.objects.select_related("firm").get(pk=self.rows[place].pk)

    def contact(self, person: Person) -> Contact:
        return Contact.objects.get(pk=self.rows[person].pk)

    def address(self, mail: Mail) -> Address:
        found = Address.with_removed.select_related("contact", "user").filter(email=mail.email, contact__isnull=False)
        if mail not in self.rows:
            self.rows[mail] = found.filter(removed_at=None).get()
        return found.get(pk=self.rows[mail].pk)

    def taken(self, email: str) -> Mail | None:
        return next((mail for mail in self.model.mails if mail.email == email and not mail.removed), None)

    # --- What staff do -----------------------------------------------------------------------------------------------

    @rule(n=number, email=st.sampled_from(EMAILS), login=on_or_off, notify=on_or_off)
    def add_person(self, n: int, email: str, login: bool, notify: bool) -> None:
        place = self.place(n)
        new = NewPerson(last_name=f"Person {len(self.rows)}", email=email, switches=Switches(login=login, notify=notify))
        wrong = self.refused(AddressInUse, lambda: add_contact_with_address(account=self.account(place), person=new, **self.act))
        assert wrong == (self.taken(email) is not None)
        if not wrong:
            person = Person(new.last_name)
            self.rows[person] = Contact.objects.get(last_name=new.last_name)
            place.people.append(person)
            self.model.add(place, person, email, login=login, notify=notify)

    @rule(n=number, m=number, email=st.sampled_from(EMAILS), login=on_or_off, notify=on_or_off)
    def add_address(self, n: int, m: int, email: str, login: bool, notify: bool) -> None:
        place = self.place(n)
        person, known = self.person_of(place, m), self.taken(email)
        switches = Switches(login=login, notify=notify)
        wrong = self.refused(
            AddressInUse,
            lambda: add_address(account=self.account(place), contact=self.contact(person), email=email, switches=switches, **self.act),
        )
        assert wrong == (known is not None and not (known.person is person and known.unlinked))
        if not wrong:
            self.model.add(place, person, email, login=login, notify=notify)

    @rule(n=number, m=number)
    def link(self, n: int, m: int) -> None:
        place, person = self.place(n), self.mail(m).person
        if not person.archived:
            link_contact(account=self.account(place), contact=self.contact(person), **self.act)
            self.model.link(place, person)

    @rule(n=number, m=number)
    def unlink(self, n: int, m: int) -> None:
        place = self.place(n)
        person = self.person_of(place, m)
        wrong = self.refused(LastContact, lambda: unlink_contact(account=self.account(place), contact=self.contact(person), **self.act))
        assert wrong == (self.model.people_at_work(place) in ([], [person]))
        if not wrong:
            self.model.unlink(place, person)

    @rule(n=number, m=number, name=st.sampled_from(["login", "notify"]), on=on_or_off)
    def switch(self, n: int, m: int, name: str, on: bool) -> None:
        mail = self.mail(n)
        if mail.uses:
            self.set_switch(mail, list(mail.uses)[m % len(mail.uses)], name, on)

    @rule(n=number)
    def end_login(self, n: int) -> None:
        mail = self.mail(n)
        for place in list(mail.uses):
            self.set_switch(mail, place, "login", False)

    @rule(n=number)
    def end_login_and_think_better_of_it(self, n: int) -> None:
        mail = self.mail(n)
        on = [place for place, use in mail.uses.items() if use.login]
        for place in on:
            self.set_switch(mail, place, "login", False)
        for place in on:
            if place in mail.uses:
                self.set_switch(mail, place, "login", True)

    def set_switch(self, mail: Mail, place: Place, name: str, on: bool) -> None:
        values: Any = {name: on}
        was_on = getattr(mail.uses[place], name)
        change = lambda: change_switches(account=self.account(place), address=self.address(mail), **self.act, **values)  # noqa: E731
        wrong = self.refused(Unlinked, change)
        assert wrong == (mail.unlinked and on and not was_on)
        if not wrong:
            self.model.switch(mail, place, name, on)

    @rule(n=number, m=number, email=st.sampled_from(EMAILS))
    def replace(self, n: int, m: int, email: str) -> None:
        mail, known = self.mail(n), self.taken(email)
        if not mail.uses or mail.email == email:
            return
        account = self.account(list(mail.uses)[m % len(mail.uses)])
        old, sent = self.address(mail), Invitation.objects.count()
        invited = any(each.mail is mail and each.is_open() for each in self.model.invited)  # not while nothing lets them in
        try:
            with transaction.atomic():
                change_email(account=account, old=old, email=email, **self.act)
        except (AddressInUse, Unlinked):
            assert mail.unlinked or (known is not None and known.person is not mail.person)
            return
        assert not mail.unlinked and (known is None or known.person is mail.person)
        self.model.replace(mail, email)
        taking = self.taken(email)
        assert taking is not None
        invited = invited and not taking.accepted
        assert Invitation.objects.count() == sent + invited
        if invited:
            self.note_invitation(taking)

    @rule(n=number)
    def remove(self, n: int) -> None:
        mail = self.mail(n)
        if mail.uses and len([each for each in self.model.mails if not each.removed]) > 1:
            remove_address(account=self.account(next(iter(mail.uses))), address=self.address(mail), **self.act)
            self.model.remove(mail)

    @rule(n=number, archived=on_or_off)
    def archive_account(self, n: int, archived: bool) -> None:
        place = self.place(n)
        (archive_account if archived else restore_account)(account=self.account(place), **self.act)
        place.archived = archived

    @rule(n=number, archived=on_or_off)
    def archive_person(self, n: int, archived: bool) -> None:
        person = self.mail(n).person
        alone = any(self.model.people_at_work(place) == [person] for place in self.model.places if not place.archived)
        act = archive_unless_named if archived else restore_contact
        wrong = self.refused(OnlyContact, lambda: act(contact=self.contact(person), **self.act))
        assert wrong == (archived and alone)
        if not wrong:
            person.archived = archived

    @rule(n=number, m=number)
    def merge(self, n: int, m: int) -> None:
        into, other = self.mail(n).person, self.mail(m).person
        if into is not other and not into.archived and not other.archived:
            merge_contacts(survivor=self.contact(into), duplicate=self.contact(other), theirs=[], **self.act)
            self.model.merge(into, other)

    # --- Getting in --------------------------------------------------------------------------------------------------

    @rule(n=number)
    def invite(self, n: int) -> None:
        waiting = [mail for mail in self.model.linked() if mail.portal()]
        mail = waiting[n % len(waiting)] if waiting else self.mail(n)
        address = self.address(mail)
        assert is_invitable(address) == (mail.is_linked and bool(mail.portal()) and not mail.signs_in())
        if is_invitable(address):
            invite_client(address=address, **self.act)
            self.note_invitation(mail)

    def note_invitation(self, mail: Mail) -> None:
        address = self.address(mail)
        newest = Invitation.objects.filter(address=address).latest("pk")
        self.model.invite(mail, token_of(self.firm.pk, newest.nonce))

    @precondition(lambda self: bool(self.model.invited))
    @rule(n=number)
    def accept(self, n: int) -> None:
        invited = self.model.invited[-1 - n % min(3, len(self.model.invited))]
        open_before = invited.is_open()
        wrong = self.refused(InvitationClosed, lambda: self.accept_by(invited))
        assert wrong == (not open_before)
        if not wrong:
            self.model.accept(invited)

    def accept_by(self, invited: Invited) -> None:
        self.changed = True
        found = get_open_client_invitation(invited.token)
        accept_client(invitation=found, way_in="correct horse battery", by=Actor.system(), now=START)

    @rule(n=number)
    def visit(self, n: int) -> None:
        """A browser in which they have signed in before: what it shows is what holds now."""
        mail = self.mail(n)
        user = self.address(mail).user
        if user is None:
            return
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        assert (client.get("/portal/").status_code == 200) == mail.signs_in()

    # --- Asking ------------------------------------------------------------------------------------------------------

    @rule(n=number)
    def ask(self, n: int) -> None:
        place = self.place(n)
        if not place.archived and Action.objects.count() < 4:
            ask(
                account=self.account(place), kind="signature", words=Words("Lettre de mission"), staff=self.lumiere.claire, **self.act,
            )  # fmt: skip

    # --- What holds after each step ----------------------------------------------------------------------------------

    @invariant()
    def table_holds(self) -> None:
        if self.changed:
            self.changed = False
            self.sign_in_is_as_the_table_says()
            self.links_are_as_the_table_says()
            self.invitations_are_as_the_table_says()
            self.those_with_notify_are_told_and_nobody_else()
            self.nothing_goes_to_an_unlinked_address()
            self.every_account_has_somebody_and_every_person_one_primary_address()
            self.an_active_login_is_one()

    def sign_in_is_as_the_table_says(self) -> None:
        for mail in self.model.mails:
            user = self.address(mail).user
            assert (user is not None and user.is_active) == mail.signs_in(), mail
            accounts = {each.account.pk for each in portal_accounts(user)} if user else set()
            assert accounts == ({self.rows[place].pk for place in mail.portal()} if mail.accepted else set()), mail

    def links_are_as_the_table_says(self) -> None:
        for mail in self.model.mails:
            address = self.address(mail)
            for place in self.model.places if not mail.removed else self.model.places[:1]:
                standing = standing_of(self.firm, self.rows[place].pk, address)
                assert may_follow_link(standing) == self.model.opens_link(mail, place), (mail, place)

    def invitations_are_as_the_table_says(self) -> None:
        for each in self.model.invited:
            assert self.refused(InvitationClosed, partial(get_open_client_invitation, each.token)) == (not each.is_open()), each

    def those_with_notify_are_told_and_nobody_else(self) -> None:
        for action in Action.objects.select_related("account", "opened_by"):
            place = next(place for place in self.model.places if self.rows[place].pk == action.account_id)
            told = {who.email for who in who_will_get(firm=self.firm, action=action, now=START, is_reminder=False) if who.gets_it}
            assert told == self.model.told(place)

    def nothing_goes_to_an_unlinked_address(self) -> None:
        linked = {mail.email for mail in self.model.linked()}
        waiting = Notice.objects.filter(message=None).exclude(verdict=Verdict.SKIP).select_related("action__account", "account", "address")
        for notice in waiting:
            goes = look_again(self.firm, notice, START).verdict == Verdict.SEND
            assert not goes or notice.email in linked, notice

    def every_account_has_somebody_and_every_person_one_primary_address(self) -> None:
        for place in self.model.places:
            assert self.account(place).links.count() == len(place.people) > 0
        for person in {mail.person for mail in self.model.linked()}:
            assert Address.objects.filter(contact=self.rows[person].pk, is_primary=True).count() == 1

    def an_active_login_is_one(self) -> None:
        active = [email.lower() for email in User.objects.filter(is_active=True).values_list("email", flat=True)]
        assert len(active) == len(set(active))

    # --- Words -------------------------------------------------------------------------------------------------------

    @property
    def act(self) -> Any:
        """Whose act it is, and when; what holds is looked at again after it."""
        self.changed = True
        return {"by": self.by, "now": START}

    def refused(self, error: type[Exception], act: Callable[[], object]) -> bool:
        try:
            with transaction.atomic():
                act()
        except error:
            return True
        return False


HOUSEHOLDS = settings().max_examples // 8  # a dozen in the suite; `--hypothesis-profile=long` lives many more


@pytest.mark.django_db
@pytest.mark.rule("C11", "C37", "C42", "M9", "M15", "M31")
def test_access_and_notices_follow_the_table_after_every_step() -> None:
    limits = settings(
        max_examples=HOUSEHOLDS, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
    )
    run_state_machine_as_test(People, settings=limits)


@pytest.mark.django_db
@pytest.mark.rule("C08")
@pytest.mark.parametrize("has_login_elsewhere", [False, True])
def test_address_changed_while_its_account_is_archived_is_not_invited(has_login_elsewhere: bool) -> None:
    """Its link opened nothing at that moment: it stays dead once the account is back, and the new address is yet to be invited."""
    people = People()
    try:
        people.give_login(first=False, second=True)
        if has_login_elsewhere:
            people.link(n=1, m=1)
            people.add_address(n=1, m=1, email=EMAILS[0], login=True, notify=False)
        people.invite(n=0)
        people.archive_account(n=0, archived=True)
        people.replace(n=1, m=0, email=EMAILS[0])
        people.table_holds()
        people.archive_account(n=0, archived=False)
        people.table_holds()
        new = people.taken(EMAILS[0])
        assert new is not None
        assert [(each.mail.email, each.is_open()) for each in people.model.invited] == [("paul@lefevre.example", False)]
        assert is_invitable(people.address(new))
    finally:
        people.teardown()
