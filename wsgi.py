"""Entry for a WSGI server: patches the standard library first, then builds the application."""

from inquiry import server

server.patch()

from inquiry import create_app  # noqa: E402 - nothing else may be imported before the patch

app = create_app()
