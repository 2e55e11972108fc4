"""What a web process holds before it is forked: all of the code, and nothing that most of them never need."""

import os
import subprocess
import sys

from django.conf import settings

ASKED = """
import gc, sys
import portal.wsgi
from django.db import connection
from portal import words
print([name in sys.modules for name in ("portal.urls", "services.lobby.views", "pypinyin", "fpdf", "holidays")])
print(gc.get_freeze_count() > 100_000, gc.isenabled(), connection.connection)
print(words.pinyin_key("重庆市"), "pypinyin" in sys.modules)
"""


def test_it_has_loaded_every_page_but_nothing_rarely_used_and_no_connection() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", ASKED],
        cwd=settings.BASE_DIR,
        env={**os.environ, "PORTAL_ENV": "test"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.stdout.splitlines() == [
        "[True, True, False, False, False]",
        "True True None",
        "chongqingshi cqs True",
    ], ended.stderr
