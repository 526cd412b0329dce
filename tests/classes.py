"""Classes as a reader writes them."""

from __future__ import annotations

import numpy as np

from roadmap.record import control


def numbers(codes: str) -> np.ndarray:
    """Class numbers of a string of codes, ``"44nw"``: the way back from `control.to_codes`."""
    known = {each.code: each.number for each in control.CLASSES}
    return np.array([known[code] for code in codes], dtype=np.int8)
