"""Charts that answer to the pointer, on every page the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from layers import templates

if TYPE_CHECKING:
    from collections.abc import Iterable

    from layers.charts import theme


def show(charts: Iterable[theme.Chart], *, key: str) -> None:
    """Draw charts side by side, or under one another where there is no room.

    What a chart says is its name for those who do not see it. Beside each stands a table that the keyboard reaches: the
    marks of a chart cannot be reached by it.

    Parameters
    ----------
    charts
        What to draw.
    key
        Of the row.
    """
    with st.container(key=f"charts-{key}", horizontal=True):
        for place, chart in enumerate(charts):
            # Not Streamlit's colours, but those of the drawings beside them.
            st.vega_lite_chart(
                None, chart.spec, width="stretch", theme=None, alt=chart.said, key=f"chart-{key}-{place}"
            )
            if chart.now:
                st.html(templates.piece("unseen", said=chart.now))
