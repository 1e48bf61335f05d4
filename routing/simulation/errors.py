"""What can go wrong in a simulation."""

from routing.errors import RoutingError


class SimulationError(RoutingError):
    """The simulation was asked something it cannot do."""

    permanent = True
