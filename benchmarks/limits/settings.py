"""Settings of the bare Django: the portal's database settings and time zone, and nothing else of the portal."""

import os

from portal.env import database

SECRET_KEY = os.environ["PORTAL_SECRET_KEY"]
ALLOWED_HOSTS = os.environ.get("PORTAL_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
DEBUG = False
INSTALLED_APPS: list[str] = []
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "benchmarks.limits.urls"
DATABASES = {"default": database(os.environ["DATABASE_URL"])}
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates"}]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
