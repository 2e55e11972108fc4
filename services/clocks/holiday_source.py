"""A year of China's holidays and make-up working days, taken from the ``holidays`` package into our own rows.

Only commands and curators' imports read it; the clocks read our tables and nothing else.
"""

from __future__ import annotations

from importlib import import_module

from services.clocks.publishing import Day

NOTICE = "国务院办公厅{year}年节假日安排"
ESTIMATE = "法定节日，尚未见于当年通知"
MAKE_UP = "调休上班"


def china(year: int, windows: tuple[tuple[int, int], ...]) -> list[Day]:
    """The days of one year; all of them estimated as long as the package knows no make-up working day of it.

    :param windows: what a make-up working day opens.
    """
    holidays = import_module("holidays")  # 3 MB that a web process needs once a year
    listed = holidays.country_holidays("CN", years=year, language="zh_CN")
    working = sorted(day for day in listed.weekend_workdays if day.year == year)  # it lists other years as well
    source = NOTICE.format(year=year) if working else ESTIMATE
    closed = [Day(day, (), name, source, not working) for day, name in sorted(listed.items()) if day.year == year]
    return closed + [Day(day, windows, MAKE_UP, source) for day in working]
