"""What makes an app the app of a board. Read before any model is there, so nothing else may be imported here."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from django.apps import AppConfig

if TYPE_CHECKING:
    from services.boards.board import BoardApp


class BoardConfig(AppConfig):
    """Base of the config of each board; Django would otherwise take it for one of the app that imports it."""

    default = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.default = True

    def board(self) -> "BoardApp":
        app: BoardApp = import_module(f"{self.name}.board").APP
        return app
