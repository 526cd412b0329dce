"""The border over time: a panel for each sector with the share of its line that sensors cover."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layers.charts import panels, theme

if TYPE_CHECKING:
    from roadmap import moments
    from roadmap.words import text

COLUMNS = 3
"""How many panels stand side by side where there is room: the west, the middle and the east of the line."""


def coverage(at: moments.Moment, words: text.Words, *, dark: bool) -> list[theme.Chart]:
    """Return the share covered over the months, a panel a sector in the order of the line, all from 0 to 100 %."""
    names = at.atlas.frontier.borders.sectors["name"]
    found = at.atlas.frontier.by_sector.pivot(index="month", columns="key", values="share")[list(names.index)]
    under, last = ([words.percent(float(share)) for share in found.loc[month]] for month in (at.month, found.index[-1]))
    kind = panels.Kind(area=words.t("Share covered"), top=1.0, form=".1%")
    whole = panels.Panels([str(name) for name in names], under, last, found)
    return panels.charts(whole, kind, COLUMNS, at.month, words, dark=dark)
