"""What the everyday of the demo's firms is written in: files, documents asked for, approvals, conversations, lists of tasks."""

from dataclasses import dataclass

from demo.seed.specs import Moment
from files.enums import Area
from kinds.documents.enums import Rhythm


@dataclass(frozen=True, slots=True)
class Keeps:
    """A file that somebody of the firm puts into a folder of an account. `paper` is a key of demo.seed.texts.PAPERS, else it is a list."""

    account: str  # its reference
    by: str
    at: Moment
    name: str
    area: Area = Area.FIRM
    folder: str = ""
    paper: str = ""


@dataclass(frozen=True, slots=True)
class SetsRhythm:
    """How often an account sends its documents for VAT."""

    account: str
    by: str
    at: Moment
    rhythm: Rhythm


@dataclass(frozen=True, slots=True)
class Uploads:
    """A client sends a file for a request; `task` is the place of the task that it is for."""

    who: str
    name: str
    at: Moment
    task: int = 0


@dataclass(frozen=True, slots=True)
class SendsAll:
    """A client says that all documents are sent."""

    who: str
    at: Moment


@dataclass(frozen=True, slots=True)
class AsksDocuments:
    """Documents asked for; of the last period of the account's rhythm where `period` is set, and then named after it."""

    account: str
    people: tuple[str, ...]
    by: str
    at: Moment
    title: str = ""
    message: str = ""
    period: bool = False
    at_most: int = 1
    due: int | None = None
    then: tuple[Uploads | SendsAll, ...] = ()


@dataclass(frozen=True, slots=True)
class Approves:
    """A client approves with the code from the e-mail; with a `comment` it is a refusal."""

    who: str
    at: Moment
    comment: str = ""


@dataclass(frozen=True, slots=True)
class AsksApproval:
    account: str
    people: tuple[str, ...]
    by: str
    at: Moment
    title: str
    papers: tuple[str, ...]  # keys of demo.seed.texts.PAPERS
    message: str = ""
    at_most: int = 1
    due: int | None = None
    then: tuple[Approves, ...] = ()


@dataclass(frozen=True, slots=True)
class Says:
    """A line of a conversation: of somebody of the firm by name, or of a client by e-mail address."""

    who: str
    text: str
    at: Moment


@dataclass(frozen=True, slots=True)
class Archives:
    who: str
    at: Moment


@dataclass(frozen=True, slots=True)
class Cancels:
    """Somebody of the firm cancels what of a conversation still waits in the outbox."""

    who: str
    at: Moment


@dataclass(frozen=True, slots=True)
class Converses:
    """A conversation that somebody of the firm begins; the first line is what is asked."""

    account: str
    people: tuple[str, ...]
    title: str
    first: Says
    at_most: int = 1
    then: tuple[Says | Archives | Cancels, ...] = ()


@dataclass(frozen=True, slots=True)
class Ticks:
    """A task is ticked off, by its place on the list: by a client, or for them by somebody of the firm."""

    who: str
    task: int
    at: Moment


@dataclass(frozen=True, slots=True)
class AsksTasks:
    """`tasks` are texts with details and the day on which they are due, counted from today."""

    account: str
    people: tuple[str, ...]
    by: str
    at: Moment
    title: str
    tasks: tuple[tuple[str, str, int | None], ...]
    message: str = ""
    at_most: int = 1
    then: tuple[Ticks | Uploads, ...] = ()


@dataclass(frozen=True, slots=True)
class AsksMany:
    """Documents asked of several accounts at once."""

    accounts: tuple[str, ...]
    by: str
    at: Moment
    title: str
    message: str
    due: int


type Deed = Uploads | SendsAll | Approves | Says | Archives | Cancels | Ticks
type Everyday = Keeps | SetsRhythm | AsksDocuments | AsksApproval | Converses | AsksTasks | AsksMany
