"""``manage.py load_reference``: the rows that come with the portal. Safe to repeat: edited rows are left alone."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils.module_loading import import_string

OWN = "portal.reference.loading.load"


class Command(BaseCommand):
    help = "Load regions, industries, boards, service items, credential types and calendars; rows edited here are kept."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        for path in [OWN, *settings.REFERENCE_LOADERS]:
            for line in import_string(path)():
                self.stdout.write(str(line))
