"""Real SIP phones driven from Python: demo seats, simulated callers, tests."""
