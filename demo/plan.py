"""The three numbers that a demo region depends on."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DemoPlan:
    """Another seed draws another region of the same kind; scale 1.0 is the standard demo (314 organisations).

    `fault_rate` is the share of reports that first arrive unacceptable.
    """

    seed: int
    scale: float
    fault_rate: float

    def __post_init__(self) -> None:
        if self.scale <= 0:
            raise ValueError(f"scale {self.scale}: give a positive number, 1.0 is the standard demo")
        if not 0 <= self.fault_rate <= 1:
            raise ValueError(f"fault rate {self.fault_rate}: give a share between 0 and 1")
