"""Write the next migration from what changed in the models, for people who develop the hotline.

python -m hotline.db.revise "tickets: a second phone number"
"""

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory

from hotline.db.engine import make_engine, migrate, migrations


def main(message: str) -> None:
    """Compare the models with a database at the newest migration, and write the difference."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'revise.db'}"
        migrate(url)
        engine = make_engine(url)
        with engine.begin() as connection:
            config = migrations(connection)
            count = sum(1 for _ in ScriptDirectory.from_config(config).walk_revisions())
            command.revision(config, message, autogenerate=True, rev_id=f"v{count + 1:04}")
        engine.dispose()


if __name__ == "__main__":
    main(sys.argv[1])
