"""The digest by which anybody can see that what was published is what they recomputed."""

import hashlib
import json
from typing import Any


def digest_of(contents: dict[str, Any]) -> str:
    """The SHA-256 of what is written as JSON with sorted keys and without blanks, in UTF-8."""
    written = json.dumps(contents, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()
