"""Alembic's migrations of the record; applied by `hotline.db.engine.migrate`."""
