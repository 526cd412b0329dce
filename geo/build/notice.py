"""The notice of the sources' terms, written from data/sources.toml so that it never says anything else."""

from __future__ import annotations

import textwrap
import tomllib
from pathlib import Path
from typing import Any

DEFAULT_FILE = Path(__file__).parents[2] / "NOTICE.md"

_WIDTH = 118

_HEAD = """\
# Whose it is, and on what terms

Written by `python -m geo.build --sources` from `data/sources.toml`.

- **The code**, and the documents and pictures that explain it: MIT, see `LICENSE`. SPDX: `MIT`.
- **The invented data** (`data/scenarios`): Creative Commons Attribution 4.0 International, © The Roadmap Atlas authors.
  SPDX: `CC-BY-4.0`, <https://creativecommons.org/licenses/by/4.0/>. Who passes it on names Roadmap Atlas, says what was
  changed, and leaves standing that it is hypothetical.
- **Geography and observations** (`data/geography`, `data/observations`): made from the sources below, each on its own
  terms. For having chosen, cleaned and joined them we claim no rights of our own.
- **What the app brings along**: installed from published packages and kept in no file of the project. What it hands on
  to browsers and puts into pictures: Leaflet (`BSD-2-Clause`), Noto Sans (`OFL-1.1`), Streamlit (`Apache-2.0`).

Every exported file names the licences of the sources that it was made from.

## The files, by their terms
"""


def text(sources: Path) -> str:
    """Return the notice, as Markdown.

    Parameters
    ----------
    sources
        The TOML file with a record for each data file.

    Returns
    -------
    str
        What holds for code and data as a whole, then the terms as they are recorded, each with its files.
    """
    records = tomllib.loads(sources.read_text(encoding="utf-8")).get("file", [])
    terms = dict.fromkeys(record["licence"] for record in records)
    sections = ["\n".join(_section(term, [each for each in records if each["licence"] == term])) for term in terms]
    return "\n".join([_HEAD, *sections])


def _section(terms: str, records: list[dict[str, Any]]) -> list[str]:
    """Return the lines about the files that come on the same terms."""
    return [f"### {terms}", "", *(line for record in records for line in _file(record)), ""]


def _file(record: dict[str, Any]) -> list[str]:
    address = f" <{record['link']}>" if record["link"] else ""
    said = f"`{record['path']}`: {record['title']}. {record['producer']}. {record['citation']}.{address}"
    return textwrap.wrap(
        said, _WIDTH, initial_indent="- ", subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
    )


def refresh(sources: Path, target: Path) -> bool:
    """Write the notice anew and return whether it has changed."""
    wanted = text(sources)
    if target.is_file() and target.read_text(encoding="utf-8") == wanted:
        return False
    target.write_text(wanted, encoding="utf-8")
    return True
