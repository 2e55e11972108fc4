from django.urls import path, re_path

from services.delivery import views

app_name = "delivery"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("<int:pk>/", views.referral, name="referral"),
    path("<int:pk>/deliver/", views.deliver, name="deliver"),
    path("<int:pk>/close-dispute/", views.close_dispute, name="close_dispute"),
    re_path(rf"^(?P<pk>\d+)/(?P<step>{'|'.join(views.PROVIDER_STEPS)})/$", views.provider_step, name="provider_step"),
    re_path(
        rf"^(?P<pk>\d+)/answer/(?P<step>{'|'.join(views.ENTERPRISE_STEPS)})/$",
        views.enterprise_step,
        name="enterprise_step",
    ),
]
