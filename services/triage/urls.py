from django.urls import path

from services.triage import public
from services.triage.views import case, queue, steps

app_name = "triage"
urlpatterns = [
    path("", queue.queue, name="queue"),
    path("filters/", queue.more_filters, name="more_filters"),
    path("suggest/", public.suggest, name="suggest"),
    path("views/", queue.save_view, name="save_view"),
    path("views/<int:pk>/delete/", queue.delete_view, name="delete_view"),
    path("items/", queue.item_names, name="item_names"),
    path("needs/<int:pk>/", steps.describe, name="describe"),
    path("needs/<int:pk>/decide/", steps.decide, name="decide"),
    path("needs/<int:pk>/reopen/", steps.reopen, name="reopen"),
    path("<str:number>/", case.case, name="case"),
    path("<str:number>/confirm/", case.confirm, name="confirm"),
    path("<str:number>/pieces/", case.pieces, name="pieces"),
    path("<str:number>/items/", queue.items, name="items"),
    path("<str:number>/draft/", case.draft, name="draft"),
    path("<str:number>/presence/", case.presence, name="presence"),
    path("<str:number>/merge/", steps.merge, name="merge"),
    path("<str:number>/<slug:name>/", steps.step, name="step"),
]
