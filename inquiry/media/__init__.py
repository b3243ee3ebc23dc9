"""The picture: the programme seen by many, the speakers on the stage, films, and the recording that opens at the sentence."""
