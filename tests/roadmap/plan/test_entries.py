"""Everything the roadmap names is an entry, worded as what it is."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from roadmap.plan import entries, phases, scenario

# Every component of the roadmap: phase, identifier, kind, who leads, and words its title or text must hold.
COMPONENTS = [
    # setting and thesis
    (0, "parallel-authority", "note", "MX", "levy charges; impose rules; authority of the state"),
    (0, "shared-causes", "note", "joint", "weapons; demand for drugs; violence"),
    (0, "traced-gun-share", "metric", "joint", "65 to 75 percent; not a random sample"),
    (0, "fentanyl-threat", "note", "joint", "fentanyl; precursors"),
    (0, "two-way-border", "note", "joint", "guns move south; drugs move north; money"),
    (0, "calls-for-force", "note", "joint", "military action; hardens resistance"),
    (0, "no-unilateral-action", "principle", "joint", "condition of every phase"),
    (0, "slower-alternative", "note", "joint", "respects sovereignty"),
    (0, "shared-system-failure", "note", "joint", "failure of a system; not as a war abroad"),
    (0, "mexico-leads", "principle", "MX", "Mexico leads, the United States enables"),
    (0, "success-defined", "metric", "joint", "institutions; legitimacy; free of fear; no measure"),
    (0, "institutions-regained", "metric", "MX", "rule of law; impunity"),
    (0, "legitimacy-restored", "metric", "MX", "legitimacy"),
    (0, "free-of-fear", "metric", "MX", "fear"),
    (0, "territory-regained", "metric", "MX", "several months in a row; lost"),
    (0, "hypothetical-plan", "note", "joint", "hypothetical; several phases"),
    (0, "left-open", "note", "joint", "no targets; assumptions"),
    # phase 1
    (1, "rules-first", "note", "joint", "rules and not from weapons"),
    (1, "summit", "milestone", "joint", "two presidents"),
    (1, "ssa-launch", "milestone", "joint", "Sovereign Security Alliance; working title"),
    (1, "sovereign-security-alliance", "institution", "joint", "SSA"),
    (1, "earlier-schemes", "component", "joint", "repair their faults"),
    (1, "merida-lessons", "note", "joint", "Mérida Initiative"),
    (1, "bicentennial-lessons", "note", "joint", "Bicentennial Framework"),
    (1, "sovereignty", "principle", "MX", "Principle 1"),
    (1, "no-us-forces-alone", "component", "US", "U.S. forces"),
    (1, "mexican-command", "component", "MX", "command; wholly"),
    (1, "shared-responsibility", "principle", "joint", "Principle 2"),
    (1, "mx-impunity", "component", "MX", "impunity"),
    (1, "mx-corruption", "component", "MX", "corruption"),
    (1, "mx-territory", "component", "MX", "territory"),
    (1, "us-drug-demand", "component", "US", "demand"),
    (1, "us-money-laundering", "component", "US", "laundering"),
    (1, "us-gun-trafficking", "component", "US", "guns"),
    (1, "reciprocity", "principle", "joint", "Principle 3; accountability"),
    (1, "benchmarks", "metric", "joint", "baseline, target, actual value and source"),
    (1, "mutual-transparency", "component", "joint", "transparency"),
    (1, "memorandum", "milestone", "joint", "memorandum of understanding; Mexico's lead"),
    (1, "atf", "institution", "US", "ATF"),
    (1, "gun-tracing", "component", "US", "trac"),
    (1, "firearms-data-link", "milestone", "joint", "data link; live"),
    (1, "integrity-programme", "programme", "MX", "police; administration"),
    (1, "police-vetting", "component", "MX", "vetted"),
    (1, "asset-disclosure", "component", "MX", "disclose their assets"),
    (1, "integrity-tests", "component", "MX", "tested for integrity"),
    (1, "implementation-group", "institution", "joint", "Binational High-Level Implementation Group"),
    (1, "monthly-meetings", "component", "joint", "once a month; 36 meetings"),
    (1, "stream-prosecutions", "component", "joint", "prosecutions"),
    (1, "stream-extraditions", "component", "joint", "extraditions"),
    (1, "stream-intelligence", "component", "joint", "shared intelligence"),
    (1, "stream-operations", "component", "joint", "aligned operations"),
    (1, "confidence-steps", "component", "MX", "leading figures; courts in the United States"),
    (1, "us-support", "programme", "US", "2 billion dollars a year; non-lethal; assumption"),
    (1, "support-training", "programme", "US", "training"),
    (1, "support-isr", "programme", "US", "intelligence, surveillance and reconnaissance"),
    (1, "support-cyber", "programme", "US", "cyber"),
    (1, "support-judicial", "programme", "US", "courts"),
    (1, "support-community", "programme", "US", "community development"),
    (1, "national-guard", "institution", "MX", "National Guard"),
    (1, "guard-deployment", "programme", "MX", "priority zones; intelligence rather than force"),
    (1, "gate-phase-2", "milestone", "joint", "diplomatic obstacles"),
    # phase 2
    (2, "intelligence-as-light", "note", "joint", "darkness; light"),
    (2, "information-superiority", "component", "joint", "shared data; cyber; harder border"),
    (2, "secure-channels", "component", "joint", "DEA; FBI; DHS; SSPC"),
    (2, "channels-open", "milestone", "joint", "connected"),
    (2, "dea", "institution", "US", "Drug Enforcement"),
    (2, "fbi", "institution", "US", "Bureau of Investigation"),
    (2, "dhs", "institution", "US", "Homeland Security"),
    (2, "sspc", "institution", "MX", "Secretariat of Security"),
    (2, "fusion-cells", "institution", "joint", "joint fusion cells"),
    (2, "first-fusion-cell", "milestone", "joint", "first joint cell"),
    (2, "map-hierarchies", "component", "joint", "hierarchies"),
    (2, "map-logistics", "component", "joint", "logistics routes"),
    (2, "map-money", "component", "joint", "money structures"),
    (2, "gatekeepers", "component", "MX", "brokers who hold corridors; not to foot soldiers"),
    (2, "cyber-units", "institution", "MX", "led by Mexico and enabled by the United States"),
    (2, "cyber-communications", "component", "MX", "communications"),
    (2, "cyber-wallets", "component", "MX", "cryptocurrency wallets"),
    (2, "cyber-shell-companies", "component", "MX", "shell companies"),
    (2, "cyber-laundering", "component", "MX", "laundering platforms"),
    (2, "quiet-paralysis", "metric", "joint", "quiet paralysis"),
    (2, "paralysis-precursors", "metric", "joint", "laboratories without chemicals"),
    (2, "paralysis-payroll", "metric", "joint", "gunmen without pay"),
    (2, "paralysis-communications", "metric", "joint", "leaders without links"),
    (2, "guns-as-threat", "note", "joint", "national-security; asymmetric threat"),
    (2, "firearms-trace-initiative", "programme", "joint", "Bilateral Firearms Trace Initiative"),
    (2, "southbound-inspections", "component", "US", "southern ports of entry"),
    (2, "ai-detection", "component", "US", "artificial intelligence"),
    (2, "first-equipped-crossing", "milestone", "US", "port of entry"),
    (2, "straw-buyers", "component", "US", "straw buyers; trafficking networks"),
    (2, "checkpoints", "component", "MX", "checkpoints"),
    (2, "modern-scanners", "component", "MX", "scanners"),
    (2, "forensic-tracing", "component", "MX", "forensic tools"),
    (2, "guns-first", "principle", "joint", "guns, not migrants"),
    (2, "smart-border", "programme", "joint", "smart border"),
    (2, "joint-funding", "component", "joint", "both countries would pay"),
    (2, "tunnel-detection", "component", "joint", "tunnels"),
    (2, "ground-radar", "component", "joint", "ground-penetrating radar"),
    (2, "sensor-networks", "component", "joint", "sensors"),
    (2, "more-crossings", "component", "joint", "legal crossings; informal routes"),
    (2, "us-military-support", "principle", "US", "logistical and technical; no troops"),
    (2, "us-military", "institution", "US", "support only"),
    (2, "fentanyl-flow", "metric", "joint", "fentanyl; not flow"),
    (2, "territories-mapped", "metric", "joint", "territories mapped"),
    (2, "money-disrupted", "metric", "joint", "money pipelines disrupted"),
    # phase 3
    (3, "most-delicate", "note", "MX", "ruled by fear"),
    (3, "targeted-operations", "component", "MX", "special forces; driven by intelligence; training and advice"),
    (3, "special-forces", "institution", "MX", "special forces"),
    (3, "target-leadership", "component", "MX", "leadership"),
    (3, "target-logistics", "component", "MX", "logistics hubs"),
    (3, "target-finance", "component", "MX", "financial nodes"),
    (3, "training-and-advice", "component", "US", "train and advise"),
    (3, "surgical", "principle", "MX", "not at numbers of casualties"),
    (3, "civilian-harm", "metric", "MX", "harm to civilians"),
    (3, "advisers", "principle", "US", "no armed role; planning and analysis"),
    (3, "mexico-recovers-itself", "note", "MX", "look and the fact"),
    (3, "territory-recovered", "component", "MX", "regain effective control"),
    (3, "financial-pressure", "component", "joint", "both governments"),
    (3, "sanctions", "component", "joint", "sanctions"),
    (3, "asset-seizures", "component", "joint", "seized"),
    (3, "laundering-prosecutions", "component", "joint", "laundering"),
    (3, "corruption-cases", "component", "joint", "officials, judges and politicians; immunity"),
    (3, "judicial-reform", "programme", "MX", "central field"),
    (3, "court-modernisation", "programme", "MX", "court modernisation"),
    (3, "digital-courts", "component", "MX", "digital"),
    (3, "witness-protection", "programme", "MX", "witnesses"),
    (3, "prosecutor-training", "programme", "MX", "prosecutors"),
    (3, "oversight-bodies", "institution", "MX", "independent"),
    (3, "oversight-at-work", "milestone", "MX", "oversight"),
    (3, "arrests-recycle", "note", "MX", "recycle violence"),
    (3, "community-resilience", "programme", "joint", "paid by the United States"),
    (3, "job-training", "programme", "joint", "training"),
    (3, "infrastructure", "programme", "joint", "public works"),
    (3, "education", "programme", "joint", "schools"),
    (3, "addiction-treatment", "programme", "joint", "addiction"),
    (3, "recruitment-pipeline", "metric", "MX", "recruitment; school and work"),
    (3, "legitimacy-needed", "note", "MX", "legitimacy"),
    (3, "host-and-parasite", "note", "MX", "parasites; host is strong"),
    (3, "human-rights", "component", "joint", "transparency; conditions on aid; abuses"),
    (3, "conditional-aid", "component", "US", "released only when conditions"),
    (3, "rights-reports", "milestone", "joint", "reports"),
    (3, "rights-complaints", "metric", "MX", "complaints"),
    # phase 4
    (4, "adaptation", "note", "joint", "adapt"),
    (4, "containment", "principle", "joint", "containment, fragmentation and the dominance; never zero"),
    (4, "fragmentation", "metric", "joint", "how many groups"),
    (4, "annual-review", "component", "joint", "homicide rates, territorial control and institutional integrity"),
    (4, "homicide-rate", "metric", "MX", "homicides per 100,000"),
    (4, "territorial-control", "metric", "MX", "municipalities, people and km²"),
    (4, "institutional-integrity", "metric", "MX", "rule of law, impunity and vetting"),
    (4, "review-year-4", "milestone", "joint", "review"),
    (4, "review-year-5", "milestone", "joint", "review"),
    (4, "operational-autonomy", "component", "MX", "full operational autonomy"),
    (4, "autonomy-gauge", "metric", "MX", "0 to 100"),
    (4, "strategic-support", "component", "US", "from tactical help to strategic"),
    (4, "economic-integration", "component", "joint", "trade and investment"),
    (4, "usmca", "component", "joint", "USMCA; stabilised regions"),
    (4, "productive-zones", "programme", "joint", "productive zones"),
    (4, "jobs", "metric", "joint", "jobs; most lasting"),
    (4, "wider-region", "component", "joint", "Colombia, Guatemala and other partners"),
    (4, "colombia", "milestone", "joint", "Colombia"),
    (4, "guatemala", "milestone", "joint", "Guatemala"),
    (4, "other-partners", "milestone", "joint", "other partners"),
    (4, "upstream-supply", "component", "joint", "nearer to their source"),
    (4, "hemisphere", "note", "joint", "hemisphere"),
    # conclusion
    (0, "tested-parts", "note", "joint", "real and tried"),
    (0, "illusion-sovereignty", "note", "joint", "violating it"),
    (0, "illusion-bombing", "note", "joint", "bombed away"),
    (0, "common-repair", "note", "joint", "systems, incentives and institutions"),
    (0, "architecture", "note", "joint", "hammer; slower and quieter"),
    (0, "credibility", "metric", "joint", "both sides; guns, laundering and demand"),
]  # fmt: skip

# What this scenario adds of its own, and says so.
ASSUMED = {"zone-handover"}


@pytest.fixture(scope="session")
def by_id(shipped: scenario.Scenario) -> dict[str, entries.Entry]:
    """Entries of the shipped scenario."""
    return {entry.id: entry for entry in shipped.entries}


@pytest.mark.parametrize(("phase", "name", "kind", "lead", "words"), COMPONENTS)
def test_each_component_of_the_roadmap_is_an_entry(
    phase: int, name: str, kind: str, lead: str, words: str, by_id: dict[str, entries.Entry]
) -> None:
    entry = by_id[name]
    assert (entry.phase, entry.kind, entry.lead) == (phase, kind, lead)
    said = f"{entry.title} {entry.text}".casefold()
    for word in words.split("; "):
        assert word.casefold() in said, word


def test_no_entry_is_unaccounted_for(by_id: dict[str, entries.Entry]) -> None:
    assert set(by_id) == {name for _, name, *_ in COMPONENTS} | ASSUMED
    assert all("assumption of this scenario" in by_id[name].text for name in ASSUMED)


def test_proposals_are_worded_as_proposals(shipped: scenario.Scenario) -> None:
    for entry in shipped.entries:
        if entry.status == "proposal":
            assert re.search(r"\bwould\b|\bnot given\b", entry.text), entry.id
        assert not re.search(r"\b(will|shall|must)\b", entry.text), entry.id


def test_texts_are_one_to_three_plain_sentences(shipped: scenario.Scenario) -> None:
    for entry in shipped.entries:
        assert entry.text.endswith("."), entry.id
        assert 3 <= len(entry.text.split()) <= 60, entry.id
        assert len(entry.title) <= 60, entry.id
        assert entry.title[0].isupper(), entry.id
        assert not re.search(r"[!?]|  ", entry.title + entry.text), entry.id
    assert max(Counter(entry.text for entry in shipped.entries).values()) == 1
    assert max(Counter(entry.title for entry in shipped.entries).values()) == 1


def test_no_person_is_named_and_no_death_is_a_success(shipped: scenario.Scenario) -> None:
    words = " ".join(f"{entry.title} {entry.text}" for entry in shipped.entries)
    assert not re.search(r"Trump|Sheinbaum|VanHerck|Guzmán|Zambada|Oseguera", words)
    assert not re.search(r"\b(kill(s|ed|ing|ings)?|neutrali[sz]ed|body count)\b", words, re.IGNORECASE)


def test_mexico_leads_what_happens_inside_mexico(shipped: scenario.Scenario) -> None:
    leads = Counter(entry.lead for entry in shipped.entries)
    assert leads["MX"] > leads["US"]
    led_by_us = {entry.id for entry in shipped.entries if entry.lead == "US" and entry.phase == 3}
    assert led_by_us == {"training-and-advice", "advisers", "conditional-aid"}


def test_an_entry_is_shown_only_where_it_can_be_seen(shipped: scenario.Scenario) -> None:
    places = {entry.shown_by for entry in shipped.entries}
    known = {"map", "control", "change", "zones", "coverage", "crossings", "investment", "border", "roadmap", "method"}
    assert places <= known
    for entry in shipped.entries:
        if entry.shown_by == "roadmap":
            assert entry.shown_text.startswith("Listed on the roadmap page"), entry.id
        if "published" in entry.shown_text and entry.shown_by == "roadmap":
            assert entry.indicators, f"{entry.id} promises a published figure"


def test_programmes_with_money_point_to_the_page_that_shows_it(shipped: scenario.Scenario) -> None:
    text = (shipped.folder / "investment.csv").read_text(encoding="utf-8")
    paid = {line.split(",")[1] for line in text.splitlines()[1:]}
    shown = {entry.id: entry for entry in shipped.entries if entry.shown_by == "investment"}
    for entry in shipped.entries:
        if entry.id in paid:
            assert "no layer yet" not in entry.shown_text, entry.id
    named = {"support-training", "support-cyber", "support-judicial", "support-community", "usmca"}
    assert named <= paid & shown.keys()
    for entry in shown.values():
        assert "invented" in entry.shown_text, entry.id


@pytest.mark.parametrize(
    "name",
    [
        "smart-border",
        "southbound-inspections",
        "ai-detection",
        "first-equipped-crossing",
        "modern-scanners",
        "forensic-tracing",
        "tunnel-detection",
        "ground-radar",
        "sensor-networks",
        "more-crossings",
    ],
)
def test_the_smart_border_is_shown_and_said_to_be_invented(name: str, by_id: dict[str, entries.Entry]) -> None:
    entry = by_id[name]
    assert entry.shown_by in {"coverage", "crossings", "border"}
    assert "invented" in entry.shown_text
    assert "no layer" not in entry.shown_text


def test_milestones_last_one_month_within_their_phase(shipped: scenario.Scenario) -> None:
    milestones = [entry for entry in shipped.entries if entry.kind == "milestone"]
    assert all(entry.first_month == entry.last_month for entry in milestones)
    assert {entry.phase for entry in milestones} == {1, 2, 3, 4}
    for entry in milestones:
        phase = phases.phase_of(shipped.phases, entry.first_month)
        assert phase is not None
        assert phase.number == entry.phase


def test_the_monthly_meetings_are_one_entry_of_36_months(by_id: dict[str, entries.Entry]) -> None:
    meetings = by_id["monthly-meetings"]
    assert (meetings.first_month, meetings.last_month) == (1, 36)
    assert sum("meet" in entry.title.casefold() for entry in by_id.values()) == 1


def test_the_annual_review_has_exactly_three_measures(shipped: scenario.Scenario) -> None:
    measures = [each for each in shipped.entries if each.parent == "annual-review" and each.kind == "metric"]
    assert [each.id for each in measures] == ["homicide-rate", "territorial-control", "institutional-integrity"]


def test_support_has_its_five_headings_and_no_split(shipped: scenario.Scenario) -> None:
    headings = [entry.id for entry in shipped.entries if entry.parent == "us-support" and entry.kind == "programme"]
    assert headings == [
        "support-training",
        "support-isr",
        "support-cyber",
        "support-judicial",
        "support-community",
    ]
    dollars = [entry.id for entry in shipped.entries if "dollar" in entry.text]
    assert dollars == ["us-support"]


def test_an_entry_is_active_from_its_first_to_its_last_month() -> None:
    entry = entries.Entry("x", 2, "component", 7, 9, "MX", "X", "X.", "proposal", "roadmap", "Listed.")
    assert [month for month in range(13) if entry.active(month)] == [7, 8, 9]
    open_end = entries.Entry("x", 2, "component", 7, None, "MX", "X", "X.", "proposal", "roadmap", "Listed.")
    assert [month for month in range(58, 61) if open_end.active(month)] == [58, 59, 60]


@pytest.mark.parametrize(
    ("month", "number"),
    [(-1, None), (0, None), (1, 1), (6, 1), (7, 2), (18, 2), (19, 3), (36, 3), (37, 4), (60, 4), (61, None)],
)
def test_the_phase_of_a_month(month: int, number: int | None, shipped: scenario.Scenario) -> None:
    phase = phases.phase_of(shipped.phases, month)
    assert (None if phase is None else phase.number) == number


def test_the_months_of_the_phases_are_all_months_of_the_plan(shipped: scenario.Scenario) -> None:
    months = [
        month for phase in shipped.phases for month in range(phase.first_month, phase.last_month + 1)
    ]
    assert months == list(range(1, shipped.last_month + 1))
