"""What few ratings say beside those of the whole group. How far a rate can be trusted: `core.intervals`."""

from fractions import Fraction
from typing import Final

#: So many ratings at the group's mean are laid beside a unit's own.
PRIOR_WEIGHT: Final = 30
FEWEST_RANKED: Final = 30


def bayesian_average(satisfied: int, ratings: int, group_mean: Fraction) -> Fraction:
    """A share: the unit's own ratings together with `PRIOR_WEIGHT` at the group's mean."""
    return (PRIOR_WEIGHT * group_mean + satisfied) / (PRIOR_WEIGHT + ratings)


def is_ranked(ratings: int) -> bool:
    return ratings >= FEWEST_RANKED
