"""What a way out says of a message that it has taken."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Accepted:
    """`answer` is the server's own; `provider_id` is by what a provider calls the message in all it tells of it later, empty for SMTP.

    `follows`: the envelope of the next message is on its way already. `sender` is what From held in place of the platform's address.
    """

    answer: str
    provider_id: str = ""
    follows: bool = False
    sender: str = ""
