"""How much is tried of what could be tried for ever: a sample in each run of the suite, any amount on demand.

Searches by chance (`make fuzz`), kills at random moments (`make kills`) and whatever else gets better with repetition
take their number from :func:`examples`, as in ``@hypothesis.settings(max_examples=examples(200))``. Without more ado
that is what they name themselves; with ``ATLAS_EXAMPLES=20000 make test TESTS=tests/…`` it is 20,000 for every such
test that is run.
"""

from __future__ import annotations

import os

VARIABLE = "ATLAS_EXAMPLES"


def examples(usual: int) -> int:
    """Return how many examples to try: what ``ATLAS_EXAMPLES`` says, else the usual number.

    Raises
    ------
    ValueError
        If the variable is no whole number above 0.
    """
    wanted = os.environ.get(VARIABLE, "").strip()
    if not wanted:
        return usual
    if not (wanted.isascii() and wanted.isdigit() and int(wanted)):
        raise ValueError(f"`{VARIABLE}` is {wanted!r}; it must be a whole number above 0, such as {usual}.")
    return int(wanted)
