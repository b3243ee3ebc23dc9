"""Inquiry: a city questions its officials, live, and holds them to what they said."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from .settings import Settings

#: Bottom to top, as they import each other.
PACKAGES = ("accounts", "live", "questions", "responses", "pledges", "verdicts", "results", "exam", "graphics", "media")
#: The pages that join them.
SURFACES = (
    "phone", "screen", "desks", "meeting", "question", "pledge", "minutes", "speaking", "silence", "inbox",
    "board", "tokens", "record", "about", "backstage", "recording", "stage",
)  # fmt: skip


def create_app(settings: "Settings | None" = None) -> "Flask":
    """Build the application for one installation (the environment's, if none is given) and register each package.

    Imports happen in here: `wsgi.py` has to patch the standard library before any of them.
    """
    from werkzeug.middleware.proxy_fix import ProxyFix

    from . import server
    from .core import background, db, extensions, i18n
    from .core.draining import draining
    from .dispatch import idempotency, peers, registry
    from .realtime import ticks
    from .settings import Settings
    from .transport import broadcast, json, packets, polling
    from .web import api, bundles, forms, health, http, osc, sockets, templating

    settings = settings or Settings.from_environment()
    root = Path(__file__).parent
    outside = root.parent if (root.parent / "templates").is_dir() else root
    static = outside / "static"
    app = sockets.Application(
        __name__,
        template_folder=str(outside / "templates"),
        static_folder=str(static),
        static_url_path=f"/static/{http.build_of(static)}",
    )
    app.config.update(
        INQUIRY=settings,
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=24 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=1024 * 1024,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.production,
        WTF_CSRF_TIME_LIMIT=None,
        BABEL_DEFAULT_LOCALE=i18n.LANGUAGES["zh-CN"],
        BABEL_DEFAULT_TIMEZONE=settings.zone.key,
        BABEL_TRANSLATION_DIRECTORIES=";".join(i18n.catalogs(root)),
    )
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.extensions["inquiry.engine"] = db.connect(settings.database_url)
    extensions.babel.init_app(app, locale_selector=i18n.babel_locale)
    http.register(app)  # before what looks at a form
    extensions.csrf.init_app(app)
    app.wsgi_app = draining.counting(app.wsgi_app)  # type: ignore[method-assign]
    extensions.socketio.init_app(
        app,
        async_mode=settings.async_mode,
        client_manager=broadcast.BroadcastManager(),
        json=json,
        serializer=packets.Packet,
        manage_session=False,
        async_handlers=False,
        monitor_clients=settings.async_mode == "threading",
        max_http_buffer_size=server.LARGEST_MESSAGE,
        transports=["websocket", "polling"],
        cors_allowed_origins=lambda origin, environ: http.is_welcome(origin, environ, app.config["INQUIRY"]),
        cors_credentials=False,
        ping_interval=10,
        ping_timeout=10,
    )
    engine = extensions.socketio.server.eio
    engine.handle_request = polling.Polling(engine, settings.process, settings.production)
    bundles.register(app)
    templating.register(app)
    app.register_blueprint(api.bp)
    app.register_blueprint(forms.bp)
    sockets.register()
    health.register(app)
    for module in (server, idempotency, ticks, peers, osc):
        background.add(app, module.tasks)
    _register_packages(app)
    for surface in SURFACES:
        app.register_blueprint(import_module(f".surfaces.{surface}", __name__).bp)
    if settings.behind_proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    who = import_module(".accounts.queries", __name__)
    app.extensions |= {"inquiry.identify": who.identify, "inquiry.listener": who.listener}
    registry.forget_limits()
    background.forget_complaints()
    return app


def _register_packages(app: "Flask") -> None:
    from .core import background

    for package in PACKAGES:
        for part in ("events", "labels", "handlers", "rows", "routes", "pages", "watch"):
            name = f"{__name__}.{package}.{part}"
            if find_spec(name) is None:
                continue
            module = import_module(name)
            if part == "rows":
                module.register()
            if part == "watch":
                background.add(app, module.tasks)
            if part in ("routes", "pages"):
                app.register_blueprint(module.bp)
