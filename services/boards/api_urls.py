from django.urls import URLPattern, URLResolver, include, path
from django.utils.module_loading import module_has_submodule

from services.boards import api
from services.boards.board import configs

urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{config.board().slug}/", include(f"{config.name}.api_urls"))
    for config in configs()
    if config.module is not None and module_has_submodule(config.module, "api_urls")
]
urlpatterns += [
    path("enterprises/<int:enterprise>/<slug:board>/<slug:register>/", api.EntriesView.as_view(), name="entries"),
    path("entries/<slug:board>/<slug:register>/<int:pk>/", api.EntryView.as_view(), name="entry"),
]
