"""What a change is made of: by group, and by the drivers of a product.

The parts add up to the change, and swapping the two periods turns every sign.
"""

from spmkit.decomposition.drivers import driver_bridge, driver_effects
from spmkit.decomposition.gaps import gap_breakdown

__all__ = ["driver_bridge", "driver_effects", "gap_breakdown"]
