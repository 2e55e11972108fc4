"""What gunicorn serves. All of the code is loaded here and set aside from the garbage collector, so that processes
forked from it (``--preload``) go on sharing its memory.
"""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
application = get_wsgi_application()
import_module(settings.ROOT_URLCONF)
gc.collect()
gc.freeze()
