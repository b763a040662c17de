"""A line of what `make faults` prints: what became of one act. Parts hand them on as JSON."""

import json
from dataclasses import asdict, dataclass, field
from statistics import median

WITHIN = 60.0  # seconds, until all goes again
HEAD = (
    f"{'':<46}{'faults':>7}{'messages':>9}{'lost':>5}{'doubled':>8}{'too often':>10}{'settled':>8}{'in doubt':>9}{'s':>6}"
    f"{'again after':>13}{'at worst':>9}{'all gone':>9}"
)


@dataclass(frozen=True, slots=True)
class Line:
    """`good` is whether all of it held. `again` and `all_gone` are the seconds from each fault's end until a message was taken, and until
    all were; none where nobody waited."""

    name: str
    faults: int
    messages: int
    lost: int
    doubled: int
    too_often: int
    settled: int
    in_doubt: int
    seconds: float
    good: bool
    again: list[float] = field(default_factory=list)
    all_gone: list[float] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        waited = f"{median(self.again):>13.1f}{max(self.again):>9.1f}{max(self.all_gone):>9.1f}" if self.again else ""
        counts = f"{self.faults:>7}{self.messages:>9}{self.lost:>5}{self.doubled:>8}{self.too_often:>10}{self.settled:>8}{self.in_doubt:>9}"
        return "\n".join([f"{self.name:<46}{counts}{self.seconds:>6.0f}{waited}", *(f"    {note}" for note in self.notes)])


def to_json(line: Line) -> str:
    return json.dumps(asdict(line))


def from_json(text: str) -> Line:
    return Line(**json.loads(text))


def total(lines: list[Line], seconds: float) -> Line:
    return Line(
        "all of it",
        sum(line.faults for line in lines),
        sum(line.messages for line in lines),
        sum(line.lost for line in lines),
        sum(line.doubled for line in lines),
        sum(line.too_often for line in lines),
        sum(line.settled for line in lines),
        sum(line.in_doubt for line in lines),
        seconds,
        all(line.good for line in lines),
        [each for line in lines for each in line.again],
        [each for line in lines for each in line.all_gone],
    )
