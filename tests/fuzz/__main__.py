"""``make fuzz``: many mutants of a scenario, or one again.

``ATLAS_EXAMPLES`` says how many; ``python -m tests.fuzz --first 1234 --count 1`` repeats what a line of the report
names.
"""

from __future__ import annotations

import argparse
import sys

from tests import amounts
from tests.fuzz import batches

MUTANTS = 20_000


def main() -> int:
    """Run what the arguments ask for."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Try mutants of a scenario.")
    parser.add_argument("--first", type=int, default=0, help="seed of the first mutant")
    parser.add_argument("--count", type=int, default=amounts.examples(MUTANTS), help="how many")
    parser.add_argument("--batch", type=int, nargs=2, metavar=("FIRST", "COUNT"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.batch:
        batches.check(*given.batch)
        return 0
    return batches.run(given.count, given.first)


if __name__ == "__main__":
    sys.exit(main())
