"""A search among captions looks in the end of the line before, too"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

_TAIL = 60


def upgrade() -> None:
    with op.batch_alter_table("captions") as table:
        table.add_column(sa.Column("sought", sa.String(300), nullable=True))
    names = ("id", "session_id", "begins_at", "text", "supersedes_id", "sought")
    captions = sa.table("captions", *(sa.column(name) for name in names))
    one, newer = captions.alias(), captions.alias()
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    tail = sa.func.right(one.c.text, _TAIL) if is_postgresql else sa.func.substr(one.c.text, -_TAIL)
    is_earlier = sa.or_(one.c.begins_at < captions.c.begins_at, one.c.id < captions.c.id)
    before = (
        sa.select(tail)
        .where(one.c.session_id == captions.c.session_id, one.c.begins_at <= captions.c.begins_at, is_earlier)
        .where(one.c.id != sa.func.coalesce(captions.c.supersedes_id, 0))
        .where(~sa.select(newer.c.id).where(newer.c.supersedes_id == one.c.id).exists())
        .order_by(one.c.begins_at.desc(), one.c.id.desc())
        .limit(1)
    )
    words = sa.func.coalesce(before.scalar_subquery(), sa.literal("")).op("||")(captions.c.text)
    op.execute(captions.update().values(sought=words))


def downgrade() -> None:
    with op.batch_alter_table("captions") as table:
        table.drop_column("sought")
