"""What hangs on the ledger of instruments: the batches in which they were sent."""

from django.utils.translation import gettext_lazy as _

from services.boards.child import Child
from services.boards.metrology.models import Batch, BatchLine

LINES = Child(
    slug="batch-lines",
    title=_("Instruments in batches"),
    model=BatchLine,
    entry="instrument",
    keys=("instrument", "batch", "result"),
    columns=("batch", "result", "done_at"),
    related=("instrument", "batch__case", "result"),
)
BATCHES = Child(
    slug="batches",
    title=_("Batches ordered"),
    model=Batch,
    owner="case__enterprise",
    keys=("case",),
    columns=("place", "address", "from_on", "until_on", "access", "ordered_at"),
    brief=("place", "address", "from_on", "until_on", "ordered_at"),
    related=("case",),
)
