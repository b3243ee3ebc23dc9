"""Verdicts of the panel and of the viewers on answers

Going back, every screen that shows a result shows the programme again, and the verdicts are gone.
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

SHOWS = ["programme", "black", "clear", "qr", "clock", "pledge"]
PATTERNS = ("burst", "too_soon", "in_step", "born_together")


def upgrade() -> None:
    with op.batch_alter_table("sessions") as sessions:
        sessions.add_column(sa.Column("screen_verdict_id", sa.Integer(), nullable=True))
        sessions.drop_constraint(op.f("ck_sessions_screenshows"), type_="check")
        sessions.create_check_constraint(op.f("ck_sessions_screenshows"), _among("screen", [*SHOWS, "verdict"]))
    _verdicts()
    _bodies()
    _votes()


def _verdicts() -> None:
    still_open = sa.text("closed_at IS NULL")
    op.create_table(
        "verdicts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("response_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("panel_satisfied", sa.Integer(), nullable=False),
        sa.Column("panel_not_satisfied", sa.Integer(), nullable=False),
        sa.Column("viewers_satisfied", sa.Integer(), nullable=False),
        sa.Column("viewers_not_satisfied", sa.Integer(), nullable=False),
        sa.Column("set_aside", sa.Integer(), nullable=False),
        sa.CheckConstraint("seconds BETWEEN 10 AND 120", name=op.f("ck_verdicts_some_time")),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_verdicts_session_id")),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name=op.f("fk_verdicts_question_id")),
        sa.ForeignKeyConstraint(["response_id"], ["responses.id"], name=op.f("fk_verdicts_response_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_verdicts_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verdicts")),
    )
    for column in ("session_id", "question_id", "response_id", "unit_id"):
        op.create_index(op.f(f"ix_verdicts_{column}"), "verdicts", [column])
    op.create_index(
        "one_open_verdict", "verdicts", ["session_id"], unique=True, sqlite_where=still_open,
        postgresql_where=still_open,
    )  # fmt: skip


def _bodies() -> None:
    op.create_table(
        "verdict_cards",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_verdict_cards_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verdict_cards")),
        sa.UniqueConstraint("session_id", "number", name=op.f("uq_verdict_cards_session_id_number")),
    )
    op.create_index(op.f("ix_verdict_cards_mark"), "verdict_cards", ["mark"])
    op.create_table(
        "verdict_devices_out",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_verdict_devices_out_session_id")),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_verdict_devices_out_device_id")),
        sa.PrimaryKeyConstraint("session_id", "device_id", name=op.f("pk_verdict_devices_out")),
    )


def _votes() -> None:
    kind = sa.Enum(*PATTERNS, name="pattern", native_enum=False, create_constraint=True, length=32)
    op.create_table(
        "verdict_set_asides",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("verdict_id", sa.Integer(), nullable=False),
        sa.Column("pattern", kind, nullable=False),
        sa.Column("found", sa.String(length=64), nullable=False),
        sa.Column("votes", sa.Integer(), nullable=False),
        sa.Column("satisfied", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("brought_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["verdict_id"], ["verdicts.id"], name=op.f("fk_verdict_set_asides_verdict_id")),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_verdict_set_asides_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verdict_set_asides")),
    )
    op.create_index(op.f("ix_verdict_set_asides_verdict_id"), "verdict_set_asides", ["verdict_id"])
    op.create_table(
        "verdict_votes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("verdict_id", sa.Integer(), nullable=False),
        sa.Column("card_id", sa.Integer(), nullable=True),
        sa.Column("device_id", sa.Integer(), nullable=True),
        sa.Column("satisfied", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("network", sa.String(length=16), nullable=False),
        sa.Column("set_aside_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(card_id IS NULL) <> (device_id IS NULL)", name=op.f("ck_verdict_votes_card_or_device")),
        sa.ForeignKeyConstraint(["verdict_id"], ["verdicts.id"], name=op.f("fk_verdict_votes_verdict_id")),
        sa.ForeignKeyConstraint(["card_id"], ["verdict_cards.id"], name=op.f("fk_verdict_votes_card_id")),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_verdict_votes_device_id")),
        sa.ForeignKeyConstraint(
            ["set_aside_id"], ["verdict_set_asides.id"], name=op.f("fk_verdict_votes_set_aside_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verdict_votes")),
        sa.UniqueConstraint("verdict_id", "card_id", name=op.f("uq_verdict_votes_verdict_id_card_id")),
        sa.UniqueConstraint("verdict_id", "device_id", name="one_voice_of_a_device"),
    )
    op.create_index(op.f("ix_verdict_votes_set_aside_id"), "verdict_votes", ["set_aside_id"])


def downgrade() -> None:
    for table in ("verdict_votes", "verdict_set_asides", "verdict_devices_out", "verdict_cards", "verdicts"):
        op.drop_table(table)
    op.execute(sa.text("UPDATE sessions SET screen = 'programme' WHERE screen = 'verdict'"))
    with op.batch_alter_table("sessions") as sessions:
        sessions.drop_constraint(op.f("ck_sessions_screenshows"), type_="check")
        sessions.create_check_constraint(op.f("ck_sessions_screenshows"), _among("screen", SHOWS))
        sessions.drop_column("screen_verdict_id")


def _among(column: str, values: list[str]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"
