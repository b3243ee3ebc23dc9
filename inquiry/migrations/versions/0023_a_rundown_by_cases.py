"""A rundown by cases, with notes, colours and cues, and items that follow by themselves

Going back, cases are dissolved and removed, and other items of kinds that were not known before become questions or
addresses, as whoever spoke in them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

KINDS = ["clip", "question", "slot", "verdict", "break", "address", "silent_heads"]
NEW_KINDS = ["follow_up", "pledge", "case"]
COLOURS = ["none", "blue", "green", "amber", "grey"]
NOTES = ["note_host", "note_producer", "note_moderator", "note_clerk", "note_floor"]


def upgrade() -> None:
    with _items() as items:
        items.add_column(sa.Column("case_id", sa.Integer(), nullable=True))
        items.add_column(sa.Column("colour", sa.String(length=32), server_default="none", nullable=False))
        items.add_column(sa.Column("cue", sa.String(length=8), server_default="", nullable=False))
        items.add_column(sa.Column("follows", sa.Boolean(), server_default=sa.false(), nullable=False))
        for name in NOTES:
            items.add_column(sa.Column(name, sa.String(length=300), server_default="", nullable=False))
        items.add_column(sa.Column("rev", sa.Integer(), server_default="0", nullable=False))
        items.add_column(sa.Column("placed_by_id", sa.Integer(), nullable=True))
        items.add_column(sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True))
        items.drop_constraint(op.f("ck_items_itemkind"), type_="check")
        items.create_check_constraint(op.f("ck_items_itemkind"), _among("kind", KINDS + NEW_KINDS))
        items.create_check_constraint(op.f("ck_items_itemcolour"), _among("colour", COLOURS))


def downgrade() -> None:
    db = op.get_bind()
    for statement in (
        "DELETE FROM items WHERE kind = 'case'", "UPDATE items SET kind = 'question' WHERE kind = 'follow_up'",
        "UPDATE items SET kind = 'address' WHERE kind = 'pledge'",
    ):  # fmt: skip
        db.execute(sa.text(statement))
    _renumber(db)
    with _items() as items:
        items.drop_constraint(op.f("ck_items_itemcolour"), type_="check")
        items.drop_constraint(op.f("ck_items_itemkind"), type_="check")
        items.create_check_constraint(op.f("ck_items_itemkind"), _among("kind", KINDS))
        for name in ("taken_at", "placed_by_id", "rev", *NOTES, "follows", "cue", "colour", "case_id"):
            items.drop_column(name)


def _renumber(db: sa.Connection) -> None:
    """From 1 without gaps. All are read before one is written: SQLite would count by numbers that are new already."""
    lines = db.execute(sa.text("SELECT id, session_id, position FROM items ORDER BY session_id, position, id")).all()
    for _session, of_session in groupby(lines, key=lambda one: one.session_id):
        for number, line in enumerate(of_session, start=1):
            if line.position != number:
                db.execute(
                    sa.text("UPDATE items SET position = :number WHERE id = :id"), {"number": number, "id": line.id}
                )


@contextmanager
def _items() -> Iterator[BatchOperations]:
    """An item's id is not given again, also when the item was removed: SQLite makes the table anew, and forgets it."""
    db = op.get_bind()
    on_sqlite = db.dialect.name == "sqlite"
    given = db.scalar(sa.text("SELECT seq FROM sqlite_sequence WHERE name = 'items'")) if on_sqlite else None
    with op.batch_alter_table("items", table_kwargs={"sqlite_autoincrement": True}) as items:
        yield items
    if given is not None:
        db.execute(sa.text("DELETE FROM sqlite_sequence WHERE name = 'items'"))
        db.execute(sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES ('items', :given)"), {"given": given})


def _among(column: str, values: list[str]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"
