from django.urls import path

from benchmarks.limits import views

urlpatterns = [
    path("pages/<slug:kind>/", views.page),
    path("data/<slug:kind>/", views.data),
    path("write/", views.write),
]
