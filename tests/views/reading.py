"""What a page says, read from what the app sends to the browser."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

from streamlit import dataframe_util
from streamlit.proto.VegaLiteChart_pb2 import VegaLiteChart
from streamlit.testing.v1 import AppTest

TAGS = "b dd details div dl dt h1 h2 i img p section span strong summary table tbody td th thead tr"
ATTRIBUTES = "alt aria-hidden aria-label class hidden role scope src style tabindex title"
ALLOWED_TAGS = frozenset(TAGS.split(" "))
ALLOWED_ATTRIBUTES = frozenset(ATTRIBUTES.split(" "))
VOID = frozenset(["img"])


class Reader(HTMLParser):
    """Takes HTML apart as a browser would: tags, attributes, text; and what is wrong with it."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.problems: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        self.problems += [f"<{tag}> is never closed" for tag in self._open]

    @property
    def text(self) -> str:
        """All text, pieces parted by a line feed."""
        return "\n".join(self.texts)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ALLOWED_TAGS:
            self.problems.append(f"<{tag}>")
        if tag not in VOID:
            self._open.append(tag)
        for name, value in attrs:
            self.attributes.append((tag, name, value or ""))
            if name not in ALLOWED_ATTRIBUTES:
                self.problems.append(f"<{tag} {name}>")
            if name in {"src", "href"} and not re.match(r"data:image/svg\+xml;base64,|#", value or ""):
                self.problems.append(f"<{tag} {name}={value!r}>")

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.problems.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        self.problems.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.problems.append(f"<!{decl}>")

    def handle_pi(self, data: str) -> None:
        self.problems.append(f"<?{data}>")


def bodies(app: AppTest) -> list[str]:
    """Every piece of HTML on a page."""
    return [element.proto.body for element in app.get("html")]


def html(app: AppTest) -> Reader:
    """The HTML of a page, style sheets left out."""
    return Reader("".join(re.sub(r"<style>.*?</style>", "", body, flags=re.DOTALL) for body in bodies(app)))


def warnings(app: AppTest) -> list[str]:
    """What a page warns of, as it reads."""
    return [unescaped(each.value) for each in app.warning]


def unescaped(markdown: str) -> str:
    """Markdown in which every sign is escaped or stands in code, as it reads."""
    return _ESCAPE_OR_CODE.sub(lambda found: found[1] or _code(found[3]), markdown)


_ESCAPE_OR_CODE = re.compile(r"\\([!-/:-@\[-`{-~])|(`+)(.+?)(?<!`)\2(?!`)", re.DOTALL)


def _code(inside: str) -> str:
    """What stands between backticks, without the blanks that part it from them."""
    parted = inside.startswith(" ") and inside.endswith(" ") and inside.strip(" ")
    return inside[1:-1] if parted else inside


def component(app: AppTest) -> dict[str, object]:
    """What the map's component is sent."""
    found = [each.proto for each in app.get("bidi_component") if each.proto.component_name.endswith("atlas_map")]
    (proto,) = found
    sent: dict[str, object] = json.loads(proto.json)
    return sent


def state(app: AppTest) -> dict[str, object]:
    """The state of the step that is sent to the map."""
    sent: dict[str, object] = component(app)["state"]  # type: ignore[assignment]
    return sent


def charts(app: AppTest) -> list[Chart]:
    """The charts of a page."""
    return [Chart(element.proto) for element in app.get("vega_lite_chart")]


class Chart:
    """A chart as it is sent: what Vega-Lite is told, what it says, and rows by name."""

    def __init__(self, proto: VegaLiteChart) -> None:
        self.said = str(proto.alt)
        self.spec: dict[str, object] = json.loads(proto.spec)
        self.theme = str(proto.theme)
        self.rows = {
            each.name: dataframe_util.convert_arrow_bytes_to_pandas_df(each.data.data) for each in proto.datasets
        }
