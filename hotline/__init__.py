"""Shared ground of the 12348 hotline: settings, database, call journal, AMI, command line."""
