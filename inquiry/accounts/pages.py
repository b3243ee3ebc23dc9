"""Pages about units: the list of all, one with who heads it and whom it is compared with, and the import of a file."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from ..core import clock
from ..core.db import reading
from ..core.fields import FIRST_DAY, LAST_DAY
from ..core.sheets import MOST_BYTES, BadCell, UnusableRows
from ..dispatch import registry
from ..permissions import require
from ..web import uploads
from ..web.http import actor, takes_files
from . import queries, schemas
from .commands import importing
from .models import UnitKind
from .unit_files import FORM

bp = Blueprint("units", __name__)


@bp.get("/admin/units")
def units() -> str:
    """All of them, each with whoever heads it and its peer group, as of today."""
    require(actor(), "accounts.add_unit")
    today = clock.city_day(clock.now())
    with reading() as db:
        found = queries.units(db)
        return render_template(
            "admin/units.html", units=found, kinds=list(UnitKind), groups=queries.peer_groups(db),
            heads=queries.heads_on(db, [one.id for one in found], today), in_group=queries.groups_on(db, today),
        )  # fmt: skip


@bp.get("/admin/units/<int:unit_id>")
def unit(unit_id: int) -> str:
    """Raises NotFound."""
    require(actor(), "accounts.change_unit")
    with reading() as db:
        return render_template(
            "admin/unit.html", unit=queries.unit(db, unit_id), units=queries.units(db), kinds=list(UnitKind),
            headships=queries.headships(db, unit_id), memberships=queries.memberships(db, unit_id),
            groups=queries.peer_groups(db), today=clock.city_day(clock.now()), first_day=FIRST_DAY, last_day=LAST_DAY,
        )  # fmt: skip


@dataclass(frozen=True)
class _Looked:
    """What came of a file: what was (or would be) taken over, or the rows that cannot be used."""

    outcome: importing.Outcome | None
    bad: list[BadCell]
    number_bad: int = 0


@bp.get("/admin/units/import")
def import_page() -> str:
    require(actor(), "accounts.import_units")
    return _page(None, None)


@bp.post("/admin/units/import")
@takes_files
def import_file() -> ResponseReturnValue:
    """Look through the file of the form, or take it over: see `uploads.answer`. Groups hold from `from_day` on."""
    require(actor(), "accounts.import_units")
    given = {"from_day": request.form.get("from_day", "")}
    message = registry.parse(schemas.ReadUnits, given)

    def work(upload: uploads.Upload) -> Iterator[_Looked]:
        try:
            taken = importing.take_over(actor(), upload.file.read(), message.from_day, dry_run=upload.dry_run)
        except UnusableRows as refusal:
            yield _Looked(None, refusal.bad, refusal.data["number"])
        else:
            yield _Looked(taken, [])

    return uploads.answer(work, lambda _step: 0, _page, given["from_day"])


def _page(looked: _Looked | None, upload: uploads.Upload | None) -> str:
    return render_template(
        "admin/units_import.html", looked=looked, upload=upload, form=FORM, said=request.form,
        most_megabytes=MOST_BYTES // 1024 // 1024, first_day=FIRST_DAY, last_day=LAST_DAY,
    )  # fmt: skip
