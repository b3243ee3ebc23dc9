"""What the staff does with results by page: import a file, look at what stands, put it right."""

from collections.abc import Iterator

from flask import Blueprint, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ..accounts import queries as accounts
from ..core import clock, extensions
from ..core.db import reading
from ..core.fields import typed
from ..core.sheets import MOST_BYTES
from ..dispatch import registry
from ..dispatch.idempotency import owner_of
from ..dispatch.unit_of_work import commit
from ..errors import NotFound, Refusal
from ..permissions import require
from ..pledges import pictures
from ..settings import settings
from ..web import uploads
from ..web.forms import refused_form, taken
from ..web.http import actor, takes_files
from ..web.said import say_done
from . import documents, files, queries, schemas
from .commands import figures, importing
from .commands.figures import NewActual
from .commands.importing import Progress
from .models import Actual, Target
from .rules.periods import Period, PeriodKind
from .rules.scores import Better

bp = Blueprint("results_work", __name__)


@bp.get("/results/import")
def import_page() -> str:
    importing.may_import(actor())
    return _import_page(None, None)


@bp.post("/results/import")
@takes_files
def import_file() -> ResponseReturnValue:
    """Look through the file of the form, or take it over: see `uploads.answer`."""
    importing.may_import(actor())
    return uploads.answer(_carry_over, lambda progress: progress.done, _import_page)


def _carry_over(upload: uploads.Upload) -> Iterator[Progress]:
    return importing.carry_over(
        actor(), upload.file, dry_run=upload.dry_run, tell=lambda _done: extensions.socketio.sleep(0)
    )


def _import_page(progress: Progress | None, upload: uploads.Upload | None) -> str:
    return render_template(
        "results/import.html", progress=progress, upload=upload, forms=files.FORMS,
        most_megabytes=MOST_BYTES // 1024 // 1024,
    )  # fmt: skip


# --- what stands ------------------------------------------------------------------------------------------------------

#: Decoding a picture costs a second of a processor.
_PICTURES = "30/minute"


@bp.get("/results/figures")
def what_stands() -> str:
    """The indicators; and of `unit` in `period` both targets and what was reached, with everything that was put right
    before. A period that is none is last month."""
    require(actor(), "results.record_actual")
    period = _period(request.args.get("period", ""))
    with reading() as db:
        units = accounts.units(db)
        unit = next((one for one in units if str(one.id) == request.args.get("unit")), None)
        of_year, here = str(period.year), str(period)
        group = accounts.groups_on(db, period.last_day).get(unit.id) if unit else None
        versions = {
            code: one
            for code, one in queries.versions(db).items()
            if unit is None or (group is not None and group.id in one.groups)
        }
        periods = sorted({of_year, here})
        return render_template(
            "results/figures.html", versions=versions, units=units, unit=unit, period=period, group=group,
            of_year=of_year, here=here, groups=accounts.peer_groups(db), better=list(Better),
            most_decimals=files.MOST_DECIMALS, kinds=[one for one in PeriodKind if one is not PeriodKind.WEEK],
            targets=queries.history(db, Target, unit.id, periods) if unit else {},
            actuals=queries.history(db, Actual, unit.id, [here]) if unit else {},
        )  # fmt: skip


def _period(said: str) -> Period:
    try:
        found = Period.parse(said)
    except ValueError:
        pass
    else:
        if found.kind is not PeriodKind.WEEK:
            return found
    today = clock.city_day(clock.now())
    month = today.year * 12 + today.month - 2
    return Period(PeriodKind.MONTH, month // 12, month % 12 + 1)


@bp.get("/results/indicators/<int:indicator_id>")
def indicator(indicator_id: int) -> str:
    """What an indicator means, and meant before. Raises NotFound."""
    require(actor(), "results.define_indicator")
    with reading() as db:
        return render_template(
            "results/indicator.html", versions=queries.versions_of(db, indicator_id), groups=accounts.peer_groups(db),
            code=queries.indicators(db, [indicator_id])[indicator_id].code, better=list(Better),
            most_decimals=files.MOST_DECIMALS,
        )  # fmt: skip


@bp.post("/results/figures/actual")
@takes_files
def record_actual() -> Response:
    """What a unit reached, by hand, from words, a link or a `picture`, which may be a PDF: the form of the page of what
    stands."""
    try:
        counts = _record_actual()
    except Refusal as refusal:
        return refused_form("results.record_actual", refusal)
    said = _("It stood like this already.") if counts.same else _("The figure was recorded.")
    return taken(say_done(said, request.form.get("next") or "/results/figures"))


@registry.counted_unless_busy()
def _record_actual() -> figures.Counts:
    """Whether it may come in at all is asked before a picture is looked at; the file is kept before the row."""
    who = actor()
    require(who, "results.record_actual")
    said = {name: request.form.get(name, "") for name in schemas.RecordActual.model_fields}
    message = registry.parse(schemas.RecordActual, typed(said))
    sent = request.files.get("picture")
    data = sent.stream.read(pictures.LARGEST_BYTES + 1) if sent else b""
    name = _kept(data) if data else ""
    wanted = NewActual(
        message.indicator, message.unit, message.period, message.value, message.evidence, message.link, name
    )
    return commit("results.record_actual", lambda uow: figures.record_actual(uow, who, wanted))


def _kept(data: bytes) -> str:
    """A picture made anew and kept, or a PDF as it came; its name."""
    registry.count(_PICTURES, "results.picture", owner_of(actor()))
    if documents.is_meant(data):
        document = documents.name_of(data)
        extensions.offload(pictures.write, documents.path_of(document, settings().data_dir), data)
        return document
    picture = extensions.offload(pictures.make_anew, data)
    extensions.offload(pictures.keep, picture, settings().data_dir)
    name: str = picture.name
    return name


@bp.get("/results/evidence/<name>")
def picture(name: str) -> Response:
    """From what a figure is known: a picture is shown, a PDF is handed over as a file. Raises NotFound."""
    require(actor(), "results.record_actual")
    is_document = documents.NAME.fullmatch(name) is not None
    if not is_document and not pictures.NAME.fullmatch(name):
        raise NotFound(what="picture")
    with reading() as db:
        known = queries.has_picture(db, name)
    path = (documents if is_document else pictures).path_of(name, settings().data_dir)
    if not known or not path.is_file():
        raise NotFound(what="picture")
    if is_document:
        return send_file(path, documents.TYPE, as_attachment=True, download_name=f"evidence-{name[:8]}.pdf")
    return send_file(path, pictures.TYPES[path.suffix.removeprefix(".")])
