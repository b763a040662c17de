"""Forms of settings that two people may have open: each saves what was changed on their page, not what the page held."""

from abc import abstractmethod
from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext as _


class Drawn(forms.BaseForm):
    """Fields come back with what the page was drawn with. What somebody else saved since is shown once; then the next Save is meant."""

    @abstractmethod
    def present(self, name: str) -> object:
        """The setting behind a field, as it stands now."""

    @abstractmethod
    def present_said(self, name: str) -> object:
        """The same in words."""

    def watch(self, names: Sequence[str]) -> None:
        for name in names:
            self.fields[name].show_hidden_initial = True

    @property
    def watched(self) -> list[str]:
        return [name for name, field in self.fields.items() if field.show_hidden_initial]

    @property
    def changed_here(self) -> list[str]:
        """What was changed on this page; what a colleague saved since it was drawn is left alone."""
        return [name for name in self.changed_data if name in self.watched]

    def refuse_what_has_changed_meanwhile(self) -> None:
        """Called from `clean`."""
        for name in self.changed_here:
            present = self.present(name)
            if name in self.errors or present in (self._drawn(name), self.cleaned_data.get(name)):
                continue
            sentence = _("A colleague has changed this meanwhile, to “%(value)s”. Save again to put yours in its place.")
            self.add_error(name, sentence % {"value": self.present_said(name)})
            self._draw_anew(name)

    def _drawn(self, name: str) -> object:
        """A setting as it stood when the page was drawn; as it stands now where the page does not say."""
        field, key = self.fields[name], self[name].html_initial_name
        if key not in self.data:
            return self.present(name)
        drawn = field.to_python(field.hidden_widget().value_from_datadict(self.data, self.files, key))
        coerce = getattr(field, "_coerce", None)  # of choices that stand for other values
        return coerce(drawn) if coerce else drawn

    def _draw_anew(self, name: str) -> None:
        data, key, present = self.data.copy(), self[name].html_initial_name, self.present(name)  # type: ignore[attr-defined]
        values = present if isinstance(present, list) else ["" if present is None else present]
        data.setlist(key, [str(value) for value in values])
        self.data = data
