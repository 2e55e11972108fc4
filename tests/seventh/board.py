from collections.abc import Sequence

from django.urls import reverse

from services.boards.board import BoardApp
from services.boards.child import Child
from services.boards.dated import Dated
from services.boards.forms import EntryForm, formfield
from services.boards.register import Register
from services.cases.models import Referral, Result
from tests.seventh.models import Meter, Reading


class MeterForm(EntryForm):
    class Meta:
        model = Meter
        fields = ("name", "kind", "read_on", "note")
        formfield_callback = formfield


READING = Dated(
    slug="meter-reading",
    title="Reading due",
    rows=Meter.objects.kept,
    on="read_on",
    words=str,
    path=lambda row: reverse("boards:entry", args=["energy", "meters", row.pk]),
    days=(30, 7),
)

READINGS = Child(
    slug="readings",
    title="Readings",
    model=Reading,
    entry="meter",
    keys=("meter",),
    columns=("on", "shown"),
    related=("meter",),
)


class Energy(BoardApp):
    slug = "energy"
    registers = (
        Register(
            slug="meters",
            model=Meter,
            title="Meters",
            add="Add a meter",
            empty="Enter the meters of the works.",
            form=MeterForm,
            columns=("name", "kind", "read_on"),
            key=("name",),
            search=("name", "note"),
            choices=("kind",),
            due=READING,
            children=(READINGS,),
            example={"name": "一号表", "kind": "Gas", "read_on": "2027-01-31"},
        ),
    )
    dated = (READING,)

    def delivered(self, referral: Referral, results: Sequence[Result]) -> None:
        """The number of a result becomes the note of every meter."""
        Meter.objects.filter(enterprise=referral.case.enterprise).update(note=results[0].number)


APP = Energy()
