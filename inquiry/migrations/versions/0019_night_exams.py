"""Night exams: slot policies, plans and their slots, changes by hand, interruptions, attendance"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

PICKS = ("top", "bottom", "most_improved", "duel", "unreported", "named")
CHANGES = ("speaker", "length", "order", "skipped", "cut", "dropped")


def _table(name: str, *columns: SchemaItem, keys: dict[str, str], indexed: tuple[str, ...] = ()) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        *columns,
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_{name}_{column}"))
            for column, table in keys.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sqlite_autoincrement=name == "exam_slots",  # the trace names them
    )
    for column in indexed:
        op.create_index(op.f(f"ix_{name}_{column}"), name, [column])


def _number(name: str, *, needed: bool = True) -> SchemaItem:
    return sa.Column(name, sa.Integer(), nullable=not needed)


def _text(name: str, length: int) -> SchemaItem:
    return sa.Column(name, sa.String(length=length), nullable=False)


def _instant(name: str, *, needed: bool = True) -> SchemaItem:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=not needed)


def _json(name: str) -> SchemaItem:
    return sa.Column(name, sa.JSON(), nullable=False)


def _choice(name: str, kind: str, *values: str) -> SchemaItem:
    enum = sa.Enum(*values, name=kind, native_enum=False, create_constraint=True, length=32)
    return sa.Column(name, enum, nullable=False)


def upgrade() -> None:
    op.add_column("items", sa.Column("by_plan", sa.Boolean(), nullable=False, server_default=sa.false()))
    _table(
        "slot_policies", _json("contents"), _text("digest", 64), _instant("at"), _number("user_id", needed=False),
        keys={"user_id": "users"},
    )  # fmt: skip
    op.create_table(
        "exams",
        _number("session_id"), _text("theme", 80), _text("period", 8), _number("policy_id"),
        _number("plan_id", needed=False), _json("silent"),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_exams_session_id")),
        sa.ForeignKeyConstraint(["policy_id"], ["slot_policies.id"], name=op.f("fk_exams_policy_id")),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_exams")),
    )  # fmt: skip
    _table(
        "exam_plans", _number("session_id"), _json("contents"), _json("sources"), _text("digest", 64), _instant("at"),
        _number("user_id", needed=False), keys={"session_id": "sessions", "user_id": "users"}, indexed=("session_id",),
    )  # fmt: skip
    _table(
        "exam_slots",
        _number("session_id"), _number("plan_id"), _number("item_id"), _number("number"), _text("segment", 80),
        _text("segment_en", 120), _choice("pick", "pick", *PICKS), _number("pair", needed=False), _number("unit_id"),
        _text("speaker", 40), _number("seconds"), _number("shortest_s"), _json("reason"),
        _instant("dropped_at", needed=False),
        sa.UniqueConstraint("session_id", "number", name=op.f("uq_exam_slots_session_id_number")),
        sa.UniqueConstraint("item_id", name=op.f("uq_exam_slots_item_id")),
        keys={"session_id": "sessions", "plan_id": "exam_plans", "unit_id": "units"},
    )  # fmt: skip
    _table(
        "exam_changes",
        _number("session_id"), _number("slot_id"), _choice("what", "changed", *CHANGES), _text("before", 200),
        _text("after", 200), _text("why", 200), _instant("at"), _number("user_id", needed=False),
        keys={"session_id": "sessions", "slot_id": "exam_slots", "user_id": "users"}, indexed=("session_id",),
    )  # fmt: skip
    _table(
        "interruptions",
        _number("session_id"), _number("slot_id"), _choice("by", "interrupter", "leader", "citizen"), _text("name", 40),
        _text("words", 200), _number("question_id", needed=False), _instant("at"), _number("user_id", needed=False),
        keys={"session_id": "sessions", "slot_id": "slots", "question_id": "questions", "user_id": "users"},
        indexed=("session_id",),
    )  # fmt: skip
    _table(
        "attendance",
        _number("session_id"), _number("unit_id"), _choice("presence", "presence", "present", "left", "absent"),
        _text("reason", 200), _instant("since"), _number("user_id", needed=False),
        sa.UniqueConstraint("session_id", "unit_id", name=op.f("uq_attendance_session_id_unit_id")),
        keys={"session_id": "sessions", "unit_id": "units", "user_id": "users"}, indexed=("unit_id",),
    )  # fmt: skip


def downgrade() -> None:
    for name in (
        "attendance", "interruptions", "exam_changes", "exam_slots", "exam_plans", "exams", "slot_policies",
    ):  # fmt: skip
        op.drop_table(name)
    with op.batch_alter_table("items", table_kwargs={"sqlite_autoincrement": True}) as items:
        items.drop_column("by_plan")
