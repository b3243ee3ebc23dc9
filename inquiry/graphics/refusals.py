"""What the graphics refuse."""

from flask_babel import lazy_gettext as _l

from ..errors import Refusal


class TooManyGraphics(Refusal):
    """`data.most` is how many a session can have."""

    code = "TOO_MANY_GRAPHICS"
    sentence = _l("A session has at most %(most)s prepared cards. Please discard some first.")


class TooManyOutputs(Refusal):
    """`data.most` is how many a session can have."""

    code = "TOO_MANY_OUTPUTS"
    sentence = _l("A session has at most %(most)s outputs. Please revoke one first.")


class WordsOfRecord(Refusal):
    """`data.layer` shows a question, a pledge or the plan."""

    code = "WORDS_OF_RECORD"
    sentence = _l("What stands here is read from the record and corrected there.")


class NotApproved(Refusal):
    """`data` is `{question}` or `{pledge}`."""

    code = "NOT_APPROVED"
    sentence = _l("These words are not approved, or were withdrawn: they cannot go on air.")


class NothingToShow(Refusal):
    """`data.layer` is the one for which the floor has nothing."""

    code = "NOTHING_TO_SHOW"
    sentence = _l("There is nothing on the floor that this layer could show.")


class NothingOnLayer(Refusal):
    code = "NOTHING_ON_LAYER"
    sentence = _l("Nothing is on air on this layer.")


class LayerHeld(Refusal):
    code = "LAYER_HELD"
    sentence = _l("This layer is held back: it takes nothing from the floor until it is released.")


class OutputRevoked(Refusal):
    code = "OUTPUT_REVOKED"
    sentence = _l("This output was revoked.")
