"""Who may sign in, follow links and be told, kept as plainly as it can be said: what the product is compared with after every step."""

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(eq=False)
class Person:
    name: str
    archived: bool = False


@dataclass(eq=False)
class Place:
    """An account."""

    name: str
    people: list[Person]
    archived: bool = False


@dataclass
class Use:
    login: bool = False
    notify: bool = False


@dataclass(eq=False)
class Mail:
    """An address; `accepted` once somebody chose how to sign in with it."""

    email: str
    person: Person
    uses: dict[Place, Use] = field(default_factory=dict)
    accepted: bool = False
    unlinked: bool = False
    removed: bool = False

    @property
    def is_linked(self) -> bool:
        return not self.unlinked and not self.removed

    def portal(self) -> list[Place]:
        """Where LOGIN counts."""
        if self.removed or self.person.archived:
            return []
        return [place for place, use in self.uses.items() if use.login and not place.archived]

    def signs_in(self) -> bool:
        return self.accepted and bool(self.portal())


@dataclass(eq=False)
class Invited:
    """An invitation that went out; `token` is that of its link."""

    mail: Mail
    token: str
    void: bool = False

    def is_open(self) -> bool:
        return not self.void and self.mail.is_linked and bool(self.mail.portal())


@dataclass
class Model:
    places: list[Place] = field(default_factory=list)
    mails: list[Mail] = field(default_factory=list)
    invited: list[Invited] = field(default_factory=list)

    # --- What holds --------------------------------------------------------------------------------------------------

    def linked(self) -> Iterator[Mail]:
        return (mail for mail in self.mails if mail.is_linked)

    def told(self, place: Place) -> set[str]:
        """Who hears of a request to this account that names nobody."""
        mails = (mail for mail in self.linked() if not mail.person.archived)
        return {mail.email for mail in mails if place in mail.uses and mail.uses[place].notify}

    def opens_link(self, mail: Mail, place: Place) -> bool:
        """Whether an e-mailed link to an item of this account opens."""
        use = mail.uses.get(place)
        return mail.is_linked and not mail.person.archived and use is not None and (use.login or use.notify)

    def people_at_work(self, place: Place) -> list[Person]:
        return [person for person in place.people if not person.archived]

    # --- What happens ------------------------------------------------------------------------------------------------

    def add(self, place: Place, person: Person, email: str, *, login: bool, notify: bool) -> None:
        mail = self._brought_back(person, email) or self._new(person, email)
        for each in self.places:
            if person in each.people:
                mail.uses.setdefault(each, Use())
        mail.uses[place] = Use(login=login, notify=notify)

    def _new(self, person: Person, email: str) -> Mail:
        mail = Mail(email, person)
        self.mails.append(mail)
        return mail

    def _brought_back(self, person: Person, email: str) -> Mail | None:
        mail = next((each for each in self.mails if each.email == email and each.person is person and not each.removed), None)
        if mail is not None:
            mail.unlinked = False
        return mail

    def link(self, place: Place, person: Person) -> None:
        if person not in place.people:
            place.people.append(person)
        for mail in self.linked():
            if mail.person is person:
                mail.uses.setdefault(place, Use())

    def unlink(self, place: Place, person: Person) -> None:
        place.people.remove(person)
        for mail in self.mails:
            if mail.person is person and place in mail.uses:
                del mail.uses[place]
                self._login_may_have_ended(mail)

    def switch(self, mail: Mail, place: Place, name: str, on: bool) -> None:
        setattr(mail.uses[place], name, on)
        if name == "login" and not on:
            self._login_may_have_ended(mail)
        if mail.unlinked and not mail.uses[place].login:
            del mail.uses[place]
            mail.removed = not mail.uses

    def replace(self, old: Mail, email: str) -> None:
        stays = old.signs_in()
        old.unlinked = True
        new = self._brought_back(old.person, email) or self._new(old.person, email)
        if not stays:
            self.void(old)
        for place in self.places:
            if old.person in place.people:
                new.uses.setdefault(place, Use())
        for place, use in list(old.uses.items()):
            taken = new.uses[place]
            taken.notify = taken.notify or use.notify
            if stays and use.login:
                use.notify = False
            else:
                taken.login = taken.login or use.login
                del old.uses[place]
        old.removed = not old.uses

    def remove(self, mail: Mail) -> None:
        mail.uses.clear()
        mail.removed = True
        self.void(mail)

    def merge(self, into: Person, other: Person) -> None:
        for mail in self.mails:
            if mail.person is other and not mail.removed:
                mail.person = into
        for place in self.places:
            if other in place.people:
                place.people.remove(other)
                if into not in place.people:
                    place.people.append(into)
        other.archived = True
        for place in self.places:
            if into in place.people:
                self.link(place, into)

    def invite(self, mail: Mail, token: str) -> None:
        self.void(mail)
        self.invited.append(Invited(mail, token))

    def accept(self, invited: Invited) -> None:
        invited.void = True
        invited.mail.accepted = True

    def void(self, mail: Mail) -> None:
        for each in self.invited:
            each.void = each.void or each.mail is mail

    def _login_may_have_ended(self, mail: Mail) -> None:
        if not mail.portal():
            self.void(mail)
