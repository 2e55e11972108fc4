"""Everything a curator sees, to take along."""

from services.pool.exports.desk import DECISIONS
from services.pool.exports.holdings import HOLDINGS

LISTS = (*HOLDINGS, *DECISIONS)
