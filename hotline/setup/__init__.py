"""Everything `make setup` does: private tools, prompts, music, web files."""
