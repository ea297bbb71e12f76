"""Runs migrations inside the app, on whichever database it is configured for."""

from alembic import context
from flask import current_app

from literacy.db import db


def render_item(kind, item, autogen_context):
    """Write our own column types by their database type: migrations must not change when our code does."""
    if kind == "type" and type(item).__name__ == "UtcDateTime":
        return "sa.DateTime(timezone=True)"
    if kind == "type" and type(item).__name__ == "JSON" and item._variant_mapping:
        autogen_context.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


def run() -> None:
    """Migrate over the app's own connection."""
    options = {
        **current_app.extensions["migrate"].configure_args,
        "target_metadata": db.metadata,
        "render_item": render_item,
        "compare_type": True,
    }
    connection = context.config.attributes.get("connection")
    if connection is not None:
        context.configure(connection=connection, **options)
        with context.begin_transaction():
            context.run_migrations()
        return
    with db.engine.connect() as connection:
        context.configure(connection=connection, **options)
        with context.begin_transaction():
            context.run_migrations()


run()
