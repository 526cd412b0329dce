"""HTML of the pages, filled into templates in which every value is escaped.

Templates lie in ``layers/templates`` as macros. Line ends and indents are their layout alone and do not reach the page:
between two elements stands no blank that a template does not ask for.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Final

import jinja2
from jinja2 import ext
from markupsafe import Markup

FOLDER: Final = Path(__file__).with_name("templates")


class _Joined(ext.Extension):
    """Joins the lines of a template."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Return a template in one line."""
        del name, filename
        return "".join(line.strip() for line in source.splitlines())


@functools.cache
def environment() -> jinja2.Environment:
    """Return what templates are read in; a value that is missing is an error and never an empty place."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        auto_reload=False,
        extensions=[_Joined],
    )


def piece(name: str, /, *, of: str = "pieces", **values: object) -> Markup:
    """Return a piece of a page.

    Parameters
    ----------
    name
        Of the macro.
    of
        The file that it stands in.
    **values
        What it is filled with. What is not itself a piece is text, whatever signs it holds.

    Examples
    --------
    >>> piece("remark", said="a < b")
    Markup("<p class='a-note'>a &lt; b</p>")
    """
    macro = getattr(environment().get_template(f"{of}.html").module, name)
    found: Markup = macro(**values)
    return found
