from django.urls import path, re_path

from enterprises import views

app_name = "enterprises"
urlpatterns = [
    path("", views.mine, name="mine"),
    path("register/", views.register, name="register"),
    path("claims/", views.claims, name="claims"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/people/", views.people, name="people"),
    path("memberships/<int:pk>/end/", views.end, name="end"),
    path("memberships/<int:pk>/entrust/", views.entrust, name="entrust"),
    re_path(r"^memberships/(?P<pk>\d+)/(?P<decision>accept|refuse)/$", views.decide, name="decide"),
]
