"""Fixtures for everybody: real servers where one can run here, a clock that tests turn."""

pytest_plugins = [
    "tests.fixtures.browsers",
    "tests.fixtures.databases",
    "tests.fixtures.live",
    "tests.fixtures.sites",
]
