"""How many of everything, at which scale, seen from which day."""

from dataclasses import dataclass
from datetime import datetime

YEARS = 3
DAYS = YEARS * 365


@dataclass(frozen=True)
class Plan:
    """One nation. Scale 1.0 is the whole of it; the same scale, seed and moment make the same rows."""

    scale: float
    seed: int
    now: datetime

    @property
    def firms(self) -> int:
        return self._scaled(607_000)

    @property
    def cases(self) -> int:
        return self._scaled(817_000)

    @property
    def stations(self) -> int:
        return self._scaled(537, least=12)

    @property
    def institutions(self) -> int:
        return self._scaled(20_000, least=40)

    @property
    def scope_rows(self) -> int:
        return 10 * self.institutions

    @property
    def experts(self) -> int:
        return self._scaled(130_000)

    @property
    def instruments(self) -> int:
        return self._scaled(30_000)

    @property
    def bookings(self) -> int:
        return self._scaled(1_000_000)

    def _scaled(self, whole: int, *, least: int = 10) -> int:
        return max(least, round(whole * self.scale))

    def __str__(self) -> str:
        return f"scale={self.scale:g} seed={self.seed} now={self.now.isoformat()}"
