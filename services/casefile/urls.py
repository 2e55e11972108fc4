from django.urls import path

from services.casefile import views

app_name = "casefile"
urlpatterns = [
    path("", views.case_list, name="list"),
    path("open/", views.open_case, name="open"),
    path("needs/<int:pk>/withdraw/", views.withdraw_need, name="withdraw_need"),
    path("needs/<int:pk>/reopen/", views.reopen_need, name="reopen_need"),
    path("documents/<int:pk>/", views.document, name="document"),
    path("<str:number>/", views.case, name="case"),
    path("<str:number>/clocks/", views.clocks, name="clocks"),
    path("<str:number>/answer/", views.answer, name="answer"),
    path("<str:number>/withdraw/", views.withdraw, name="withdraw"),
    path("<str:number>/sharing/", views.share, name="sharing"),
]
