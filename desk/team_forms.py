"""Forms about the team. A role, a right or a colleague that the form does not offer cannot be chosen."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from access.team import Position
from firms.enums import Right, Role
from firms.models import Staff
from firms.queries import active_staff
from ui.forms import LineField, SwitchInput
from ui.languages import named_languages

WHAT_A_ROLE_MAY: dict[Role, str | Promise] = {
    Role.OWNER: _("everything, and gives roles and ownership."),
    Role.ADMIN: _("everything but roles: all accounts, settings, colleagues’ rights."),
    Role.EMPLOYEE: _("the accounts they manage, and what is switched on below."),
}
WHAT_A_RIGHT_GIVES: dict[Right, str | Promise] = {
    Right.MANAGE_ACCOUNTS: _("Add and change accounts, contacts and addresses; import lists."),
    Right.MANAGE_ACTIONS: _("Ask clients, set reminders, send again, withdraw."),
    Right.MANAGE_BILLING: _("Invoices, receipts and payments."),
    Right.EMAIL_TEMPLATES: _("Change the texts of e-mails, and write to many at once."),
    Right.DEBTORS: _("See who owes what, and remind them."),
    Right.INCIDENTS: _("Report and close incidents, and ask for ratings."),
    Right.SEE_ALL_ACCOUNTS: _("Without it: the accounts they manage, and no other."),
}


class RightsForm(forms.Form):
    """A switch for each right of an employee; what a colleague changed since the page was drawn stays as it is."""

    def __init__(self, data: Any = None, *, rights: list[str]) -> None:
        super().__init__(data)
        self.present = rights
        for right in Right:
            self.fields[right.value] = forms.BooleanField(
                label=right.label, help_text=str(WHAT_A_RIGHT_GIVES[right]), required=False, initial=right in rights, widget=SwitchInput,
                show_hidden_initial=True,
            )  # fmt: skip

    @property
    def rights(self) -> list[Right]:
        given = {name for name in self.changed_data if self.cleaned_data[name]}
        taken = set(self.changed_data) - given
        return [right for right in Right if right.value in (set(self.present) | given) - taken]


class PositionForm(forms.Form):
    """What somebody is in the firm. `roles` are those that the reader may give; with one alone there is nothing to choose."""

    required_css_class = "required"

    job_title = LineField(label=_("Function"), max_length=80, required=False, help_text=_("Stands under their name in e-mails to clients."))
    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        help_text=_("Of e-mails to them, and of these pages; as the firm, the pages speak the browser's language."),
    )
    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect)

    def __init__(self, data: Any = None, *, roles: list[Role], initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        _choices(self, "language").choices = [("", pgettext("language", "As the firm")), *named_languages()]
        _choices(self, "role").choices = [(role.value, said(role)) for role in roles]
        if len(roles) < 2:
            del self.fields["role"]

    @property
    def position(self) -> Position:
        data = self.cleaned_data
        position = Position(job_title=data["job_title"], language=data["language"])
        if "role" in data:
            position["role"] = Role(data["role"])
        return position


class InviteForm(PositionForm):
    """Somebody to invite."""

    name = LineField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail"), max_length=254, help_text=_("The invitation goes there, and they sign in with it."))
    field_order = ("name", "email", "job_title", "language", "role")


class LeaveForm(forms.Form):
    """Who takes over the accounts of somebody who goes: a colleague, or nobody."""

    successor = forms.ModelChoiceField(
        Staff.objects.none(),
        label=_("Who takes over their accounts?"),
        to_field_name="code",
        required=False,
        empty_label=_("Nobody, for now"),
    )

    def __init__(self, data: Any = None, *, staff: Staff) -> None:
        super().__init__(data)
        field = self.fields["successor"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = others_than(staff)
        self.firm = staff.firm

    @property
    def successor_has_left(self) -> bool:
        """Whether the colleague who was chosen worked here when the page was drawn, and does not any more."""
        code = self.data.get("successor", "").replace("\0", "")
        return Staff.objects.filter(firm=self.firm, code=code, left_at__isnull=False).exists()


def said(role: Role) -> str:
    """A role with what it may; the colon is the language's."""
    return gettext("%(role)s: %(what)s") % {"role": role.label, "what": WHAT_A_ROLE_MAY[role]}


def others_than(staff: Staff) -> QuerySet[Staff]:
    return active_staff(staff.firm).exclude(pk=staff.pk)


def _choices(form: forms.Form, name: str) -> forms.ChoiceField:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    return field
