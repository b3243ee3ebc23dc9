"""The picture: the programme that many see, the speakers on the stage, films, and the recording of the evening."""
