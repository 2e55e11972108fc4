from services.rectification.models.appeals import Appeal, AppealQuerySet, RatingReply
from services.rectification.models.rectifications import CallBack, Rectification, RectificationQuerySet, Round

__all__ = ["Appeal", "AppealQuerySet", "CallBack", "RatingReply", "Rectification", "RectificationQuerySet", "Round"]
