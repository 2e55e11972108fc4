from django.urls import path

from services.boards.metrology import api

urlpatterns = [path("<int:enterprise>/orders/", api.BatchesView.as_view(), name="metrology_orders")]
