"""What gunicorn serves. All of the code is loaded here and set aside from the garbage collector, so that processes
forked from it (``--preload``) go on sharing its memory.

The collector rests meanwhile and is not called before: loading leaves hardly anything behind, and looking for it again
and again takes a quarter of the time.
"""

import gc
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import reverse
from django.utils.translation import override

gc.disable()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
application = get_wsgi_application()
for language, _name in settings.LANGUAGES:
    with override(language):
        reverse("accounts:sign_in")  # loads every page and lists their addresses, which Django does for each language
gc.freeze()
gc.set_threshold(5_000, 10, 10)  # a page makes some thousand objects; a look at each 700 was 4 to 7 % of its time
gc.enable()
