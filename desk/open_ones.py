"""The question whether open requests change with the setting that they follow: how it is shown, and what was answered."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import QueryDict

from actions.kinds import get_kind
from reminders.enums import OpenOnes
from reminders.settings import EARLIER, Answer, Answers, Question

OPEN, SHOWN = "open-", "shown-"  # names of fields: what is to become of them, and how many they were


@dataclass(frozen=True, slots=True)
class Asked:
    """As desk/_open_ones.html draws it; `title` is the kind, where there are several. `missed`: asked before, and not answered."""

    question: Question
    title: str
    missed: bool

    @property
    def is_about_calendar(self) -> bool:
        return self.question.about == EARLIER

    @property
    def choices(self) -> Sequence[tuple[str, str]]:
        return [(each.value, str(each.label)) for each in OpenOnes]


def asked_of(questions: Sequence[Question], sent: QueryDict) -> list[Asked]:
    return [Asked(each, title_of(each), SHOWN + each.about in sent and OPEN + each.about not in sent) for each in questions]


def title_of(question: Question) -> str:
    return str(get_kind(question.about).nouns) if question.about not in ("", EARLIER) else ""


def answers_in(data: QueryDict) -> Answers:
    """By what each is about; whatever else is posted under such names is none."""
    found = {}
    for name, value in data.items():
        about = name.removeprefix(OPEN)
        shown = str(data.get(SHOWN + about, ""))
        if name.startswith(OPEN) and value in OpenOnes.values and shown.isdecimal() and len(shown) < 10:
            found[about] = Answer(OpenOnes(str(value)), int(shown))
    return found
