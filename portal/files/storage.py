"""Where the bytes are: under random names that say nothing, outside everything the web server gives out by itself."""

import hashlib
import secrets
from collections.abc import Iterator
from datetime import datetime

from django.core.files.base import File
from django.core.files.storage import Storage, default_storage

CHUNK = 256 * 1024


def new_name() -> str:
    """128 random bits; the first two characters are a folder, so that no folder grows without end."""
    token = secrets.token_hex(16)
    return f"{token[:2]}/{token}"


def sha256(file: File) -> str:
    file.seek(0)
    digest = hashlib.sha256()
    for chunk in file.chunks(CHUNK):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def stored_before(moment: datetime, storage: Storage = default_storage) -> Iterator[str]:
    """Names of all files last written before the moment."""
    folders = storage.listdir("")[0] if storage.exists("") else []
    for folder in folders:
        for name in storage.listdir(folder)[1]:
            path = f"{folder}/{name}"
            if storage.get_modified_time(path) < moment:
                yield path
