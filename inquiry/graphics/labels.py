"""What people read for the layers over the picture."""

from flask_babel import lazy_pgettext

from ..core.labels import add
from .models import Layer

add(
    "layer",
    {
        Layer.LOGO: lazy_pgettext("layer", "Logo"),
        Layer.TICKER: lazy_pgettext("layer", "Ticker"),
        Layer.SPEAKER_QUEUE: lazy_pgettext("layer", "Speakers"),
        Layer.LOWER_THIRD: lazy_pgettext("layer", "Lower third"),
        Layer.QUESTION_CARD: lazy_pgettext("layer", "Question"),
        Layer.PLEDGE_CARD: lazy_pgettext("layer", "Pledge"),
        Layer.EARLIER_PLEDGE: lazy_pgettext("layer", "Earlier pledge"),
        Layer.VERDICT: lazy_pgettext("layer", "Verdict"),
        Layer.COUNTDOWN: lazy_pgettext("layer", "Countdown"),
        Layer.FULL_FRAME: lazy_pgettext("layer", "Full frame"),
    },
)
