"""How fast the portal is, measured on demand and kept in docs/performance.md; each module says how it is run."""

import os
import secrets

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
os.environ.setdefault("PORTAL_SECRET_KEY", secrets.token_hex())
django.setup()
