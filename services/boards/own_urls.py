"""The pages of single boards, each under its slug, with names of its own (``labs:…``)."""

from django.urls import include, path
from django.utils.module_loading import module_has_submodule

from services.boards.board import configs

urlpatterns = [
    path(f"{config.board().slug}/", include(f"{config.name}.urls"))
    for config in configs()
    if config.module is not None and module_has_submodule(config.module, "urls")
]
