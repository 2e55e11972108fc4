from django.urls import path

from services.boards.testing import views

app_name = "testing"
urlpatterns = [
    path("order/<int:pk>/", views.order, name="order"),
    path("order/<int:pk>/samples/", views.add_sample, name="add_sample"),
    path("order/<int:pk>/items/", views.add_item, name="add_item"),
    path("order/<int:pk>/send/", views.send, name="send"),
    path("sample/<int:pk>/hand-over/", views.hand_over, name="hand_over"),
    path("item/<int:pk>/result/", views.record, name="record"),
    path("item/<int:pk>/<slug:kind>/", views.send_item, name="send_item"),
]
