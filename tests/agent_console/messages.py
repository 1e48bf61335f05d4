"""Every message id that the console's templates and code use."""

from babel.messages.extract import extract_from_dir

from agent_console.shared.pages import PACKAGE

METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2.ext:babel_extract")]
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
OPTIONS = {"**/templates/**.html": {"trimmed": "false", "trim_blocks": "1", "lstrip_blocks": "1"}}


def used() -> set[str]:
    """All ids, found in the sources themselves."""
    found = extract_from_dir(str(PACKAGE), METHODS, OPTIONS, KEYWORDS)
    return {str(message) for _, _, message, _, _ in found}
