"""How fast the hotline is: one command a comparison, `python -m bench NAME [--json]`."""
