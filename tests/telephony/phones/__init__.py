"""Real phones against a small Asterisk of their own."""
