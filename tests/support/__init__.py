"""The machinery of the tests, one plugin per concern; tests/conftest.py names them all."""

from pathlib import Path

import pytest

# Named before anything imports them, so that conftest.py may do so and their asserts still explain themselves.
pytest.register_assert_rewrite(*(f"{__name__}.{path.stem}" for path in Path(__file__).parent.glob("[a-z]*.py")))
