"""The digest by which anybody can see that what was published is what they recomputed."""

import hashlib
import json
from typing import Any


def written(contents: dict[str, Any]) -> bytes:
    """JSON with sorted keys and without blanks, in UTF-8."""
    return json.dumps(contents, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest_of(contents: dict[str, Any]) -> str:
    """The SHA-256 of what is `written`."""
    return hashlib.sha256(written(contents)).hexdigest()
