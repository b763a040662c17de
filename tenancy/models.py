"""What every tenant table is made of."""

from typing import Any

from django.db import models


class FirmKey(models.ForeignKey):  # type: ignore[type-arg]
    """A foreign key inside a firm. The database's own key is the composite one that `SameFirm` declares."""

    def __init__(self, to: Any, on_delete: Any, **kwargs: Any) -> None:
        kwargs["db_constraint"] = False
        kwargs["db_index"] = False  # an index on it alone would not begin with the firm; Meta.indexes has those that do
        super().__init__(to, on_delete, **kwargs)


class FirmOneToOne(models.OneToOneField):  # type: ignore[type-arg]
    """As `FirmKey`, for a row that has at most one of these."""

    def __init__(self, to: Any, on_delete: Any, **kwargs: Any) -> None:
        kwargs["db_constraint"] = False
        super().__init__(to, on_delete, **kwargs)


class Heartbeat(models.Model):
    """When work that beat starts was last done, of all firms: whoever watches sees what has stopped. Of no firm, and so without a wall."""

    name = models.CharField(max_length=60, unique=True)
    at = models.DateTimeField()  # machine time

    def __str__(self) -> str:
        return self.name


class Fence(models.Model):
    """How far this database has come, in a single row: a file beside it that has come further shows that it was restored. Of no firm."""

    key = models.CharField(max_length=32)  # its own, random: the file of another database says nothing about this one
    number = models.BigIntegerField(default=1)  # rises at most each minute
    at = models.DateTimeField()  # machine time, when it rose
    lost_from = models.DateTimeField(null=True)  # a restore was found, and nobody has said yes to it yet: what was sent between
    lost_until = models.DateTimeField(null=True)  # these two this database does not know

    class Meta:
        constraints = [
            models.CheckConstraint(name="fence_is_one", condition=models.Q(id=1)),
            models.CheckConstraint(
                name="fence_lost_as_a_whole",
                condition=models.Q(lost_from=None, lost_until=None) | models.Q(lost_from__isnull=False, lost_until__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}"


class TenantModel(models.Model):
    """A row that belongs to one firm; its `Meta.constraints` begin with `tenancy.constraints.walled`."""

    firm = models.ForeignKey("firms.Firm", on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        abstract = True
