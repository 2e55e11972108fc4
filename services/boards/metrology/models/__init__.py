from services.boards.metrology.models.batches import Batch, BatchLine
from services.boards.metrology.models.instruments import Instrument
from services.boards.metrology.models.records import Declaration, Forerunner
from services.boards.metrology.models.standards import Standard, StandardStatus, Status

__all__ = ["Batch", "BatchLine", "Declaration", "Forerunner", "Instrument", "Standard", "StandardStatus", "Status"]
