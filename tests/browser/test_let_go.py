"""Pages that wait for a click keep no scenario from being let go."""

from __future__ import annotations

from bench import memory, talk
from views import loading


def test_readers_of_more_scenarios_than_are_kept_keep_none_alive() -> None:
    names = [f"copy-{number}" for number in range(loading.SCENARIOS_KEPT + 2)]
    with memory.watched() as under:
        for name in names:
            memory.another(under.folder, name)
        for name in names:
            with talk.reader(under.app.url) as reader:
                reader.open(f"scenario={name}")
        under.rested_mb()
        held = under.held()
    assert held["sessions"] == len(names)
    assert held["atlases"] <= loading.SCENARIOS_KEPT
