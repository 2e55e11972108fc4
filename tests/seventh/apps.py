from services.boards.config import BoardConfig


class EnergyConfig(BoardConfig):
    """The N of "NQI+N": this folder and one row of the catalogue are all there is of it."""

    name = "tests.seventh"
    label = "energy"
