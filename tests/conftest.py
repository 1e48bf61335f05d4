"""Fixtures for everybody: real servers where one can run here, a clock that tests turn."""

from hypothesis import HealthCheck, settings

pytest_plugins = [
    "tests.fixtures.browsers",
    "tests.fixtures.databases",
    "tests.fixtures.live",
    "tests.fixtures.sites",
]

# Machines that run tests are shared: how long one example took says nothing about the code.
settings.register_profile("shared", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared")
