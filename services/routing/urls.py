from django.urls import path

from services.routing import lab_views, views

app_name = "routing"
urlpatterns = [
    path("needs/<int:pk>/", views.need, name="need"),
    path("needs/<int:pk>/offer/", views.offer, name="offer"),
    path("needs/<int:pk>/hold/", views.hold, name="hold"),
    path("needs/<int:pk>/lift/", views.lift, name="lift"),
    path("needs/<int:pk>/second-signature/", views.ask_signature, name="ask_signature"),
    path("second-signatures/<int:pk>/", views.sign, name="sign"),
    path("referrals/<int:pk>/recall/", views.recall, name="recall"),
    path("exposure/", views.exposure_report, name="exposure"),
    path("exposure.<slug:ending>", views.exposure_table, name="exposure_table"),
    path("rules/", lab_views.lab, name="lab"),
    path("rules/draft/", lab_views.begin, name="lab_begin"),
    path("rules/draft/save/", lab_views.save, name="lab_save"),
    path("rules/draft/publish/", lab_views.publish, name="lab_publish"),
    path("rules/draft/discard/", lab_views.discard, name="lab_discard"),
    path("records/<int:pk>/", views.record, name="record"),
]
