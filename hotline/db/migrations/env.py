"""Run by Alembic, on the connection and inside the transaction of `hotline.db.engine.migrate`."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import JSON

import hotline.db.models  # noqa: F401  (the tables register themselves)
from hotline.db.base import Base, UtcDateTime


def _render(kind: str, item: object, autogenerate: AutogenContext) -> str | Literal[False]:
    # A migration stands on its own: it must not change when a type of ours does.
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, JSON):
        autogenerate.imports.add("from sqlalchemy.dialects.postgresql import JSONB")
        return 'sa.JSON().with_variant(JSONB(), "postgresql")'
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite cannot alter a table in place
    render_item=_render,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
