from django.urls import path

from services.intake.views import recording, sending

app_name = "intake"
urlpatterns = [
    path("", sending.new, name="new"),
    path("verify/", sending.verify, name="verify"),
    path("draft/", sending.draft, name="draft"),
    path("sent/<str:number>/", sending.sent, name="sent"),
    path("assisted/", recording.assisted, name="assisted"),
    path("assisted/lookup/", recording.lookup, name="lookup"),
    path("assisted/pick/", recording.pick, name="pick"),
]
