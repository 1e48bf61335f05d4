"""Calls of ours to somebody outside, from the first answered phone to the end."""
