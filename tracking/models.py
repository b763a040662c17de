"""What has come back. Nothing of a firm stands here: a row says which e-mail of the mailbox was read, and what it was."""

from django.db import models

from tracking.reports import Kind


class ReturnedMail(models.Model):
    """An e-mail of the deployment's mailbox that was read; `message` is the public code of ours that it was about, if it was.

    Of no firm, and so without a wall.
    """

    mailbox = models.CharField(max_length=200)
    validity = models.BigIntegerField()  # what the number belongs to: a mailbox that was made anew counts anew
    uid = models.BigIntegerField()
    read_at = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in Kind])
    message = models.CharField(max_length=16, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mailbox", "validity", "uid"], name="returnedmail_once")]
        indexes = [models.Index(fields=["-read_at"], condition=models.Q(kind="unknown"), name="returnedmail_to_read")]

    def __str__(self) -> str:
        return f"{self.mailbox} {self.uid}: {self.kind}"
