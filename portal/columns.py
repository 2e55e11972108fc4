"""Which columns are read of the rows that a question joins. A joined person is a name on the page, and would come with
a password; a joined record with the whole ranking it keeps.
"""

from typing import Any

from django.db.models import Model


def none_but(root: type[Model], path: str, *names: str) -> list[str]:
    """For ``defer``: of the rows that the path leads to from ``root``, their keys and the named columns are read."""
    model: Any = root
    for step in path.split("__"):
        model = model._meta.get_field(step).related_model
    columns = (column for column in model._meta.concrete_fields if not column.primary_key)
    return [f"{path}__{column.name}" for column in columns if column.name not in names]
