"""How messages are spelt: JSON whose Chinese is Chinese, three bytes a character instead of six."""

import json
from functools import partial

from engineio.json import loads

__all__ = ["dumps", "loads"]

dumps = partial(json.dumps, ensure_ascii=False)
