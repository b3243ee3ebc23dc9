"""Graphics over the picture: cards, what is on air, outputs, and what outputs say to other processes"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

LAYERS = (
    "logo", "ticker", "speaker_queue", "lower_third", "question_card", "pledge_card", "earlier_pledge", "verdict",
    "countdown", "full_frame",
)  # fmt: skip


def _table(name: str, *columns: sa.schema.SchemaItem, keys: dict[str, str], is_counted_on: bool = False) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        *columns,
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_{name}_{column}"))
            for column, table in ({"session_id": "sessions"} | keys).items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sqlite_autoincrement=is_counted_on,
    )


def _layer() -> sa.Column[str]:
    enum = sa.Enum(*LAYERS, name="layer", native_enum=False, create_constraint=True, length=32)
    return sa.Column("layer", enum, nullable=False)


def _number(name: str, *, needed: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=not needed)


def _instant(name: str, *, needed: bool = False) -> sa.schema.SchemaItem:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=not needed)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())


def upgrade() -> None:
    _table(
        "graphic_cards", _layer(), sa.Column("content", sa.JSON(), nullable=False), _number("question_id"),
        _number("pledge_id"), _number("rev", needed=True), _instant("prepared_at", needed=True),
        keys={"question_id": "questions", "pledge_id": "pledges"}, is_counted_on=True,
    )  # fmt: skip
    op.create_index(op.f("ix_graphic_cards_session_id"), "graphic_cards", ["session_id"])
    _table(
        "on_air_layers", _layer(), sa.Column("content", sa.JSON(none_as_null=True), nullable=True),
        _number("revision", needed=True), _number("taken", needed=True), _instant("since"), _number("card_id"),
        _number("card_rev"), _number("question_id"), _number("pledge_id"), _flag("held"), _flag("is_cut"),
        sa.UniqueConstraint("session_id", "layer", name=op.f("uq_on_air_layers_session_id_layer")),
        sa.CheckConstraint("(content IS NULL) = (since IS NULL)", name="since_it_is_shown"),
        keys={"question_id": "questions", "pledge_id": "pledges"},
    )  # fmt: skip
    for column in ("question_id", "pledge_id"):
        op.create_index(op.f(f"ix_on_air_layers_{column}"), "on_air_layers", [column])
    _table(
        "outputs", sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False), sa.Column("layers", sa.JSON(), nullable=False),
        _instant("made_at", needed=True), _instant("revoked_at"), _instant("identify_at"), _instant("reload_at"),
        sa.UniqueConstraint("token_hash", name=op.f("uq_outputs_token_hash")),
        keys={},
    )  # fmt: skip
    op.create_index(op.f("ix_outputs_session_id"), "outputs", ["session_id"])
    op.add_column("presence", sa.Column("outputs", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    with op.batch_alter_table("presence") as batch_op:
        batch_op.drop_column("outputs")
    for name in ("outputs", "on_air_layers", "graphic_cards"):
        op.drop_table(name)
