from django.urls import path

from services.routing.api import MatchView, OfferView

urlpatterns = [
    path("needs/<int:pk>/match/", MatchView.as_view(), name="need_match"),
    path("needs/<int:pk>/offers/", OfferView.as_view(), name="need_offers"),
]
