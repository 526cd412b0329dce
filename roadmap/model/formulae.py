"""The model's equations, as data: what a page prints of them is exactly what is computed.

They stand symbol by symbol; each symbol is a parameter (:mod:`roadmap.plan.parameters`) or one of :data:`QUANTITIES`.
Texts are looked up elsewhere by the keys.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Equation(NamedTuple):
    """One equation of the model.

    Attributes
    ----------
    key
        Its name, for the sentence beside it.
    latex
        The formula.
    symbols
        The symbols it uses and the key that explains each: a parameter's key or one of
        :data:`QUANTITIES`.
    """

    key: str
    latex: str
    symbols: tuple[tuple[str, str], ...]


QUANTITIES: Final[tuple[str, ...]] = (
    "control",
    "neighbours_control",
    "neighbour_weights",
    "input",
    "index",
    "smoothed_index",
    "offset",
    "standing_pressure",
    "displaced_pressure",
    "effort",
    "pressure",
    "activity",
    "time_in_zone",
    "guard_units",
    "programmes",
    "money",
    "money_near",
    "money_stock",
    "population",
    "coverage",
    "inspection",
    "capacity",
    "finance",
    "integrity",
    "judicial_input",
    "violence",
    "homicide_rate",
    "observed_rate",
)
"""Keys of what the equations compute or are given, beside the parameters."""

EQUATIONS: Final[tuple[Equation, ...]] = (
    Equation(
        "index",
        r"z_i = \sum_{k=1}^{4} w_k \, \max(-x_{max}, \min(x_{max}, x_{ik}))",
        (
            ("z_i", "index"),
            ("x_{ik}", "input"),
            ("w_1", "weight_homicide"),
            ("w_2", "weight_priority"),
            ("w_3", "weight_border"),
            ("w_4", "weight_density"),
            ("x_{max}", "input_limit"),
        ),
    ),
    Equation(
        "baseline",
        r"c_i(0) = \frac{1}{1 + e^{\,b \bar z_i - a}}, \qquad "
        r"\bar z_i = (1 - s)\, z_i + s \sum_j W_{ij} z_j",
        (
            ("c_i", "control"),
            (r"\bar z_i", "smoothed_index"),
            ("W_{ij}", "neighbour_weights"),
            ("a", "offset"),
            ("b", "slope"),
            ("s", "smoothing"),
        ),
    ),
    Equation(
        "standing_pressure",
        r"p_i = \min\left(p_{max},\; \frac{g \, e_0 \, (1 - c_i)\,"
        r"(\lambda + (1 - \lambda)\, \bar c_i)}{\ell \, c_i \, (1 - \bar c_i)}\right)"
        r"\quad \mathrm{at}\ t = 0",
        (
            ("p_i", "standing_pressure"),
            (r"\bar c_i", "neighbours_control"),
            ("e_0", "standing_effort"),
            ("p_{max}", "pressure_limit"),
        ),
    ),
    Equation(
        "activity",
        r"a_i(t) = \max_{z \ni i} \; R_{iz}(t) \, \frac{u_z(t)}{u_z(t) + u_{1/2}} \,"
        r"(1 + \beta \, m_z(t))",
        (
            ("a_i", "activity"),
            ("R_{iz}", "time_in_zone"),
            ("r", "ramp"),
            ("u_z", "guard_units"),
            ("u_{1/2}", "guard_half"),
            ("m_z", "programmes"),
            (r"\beta", "programme_bonus"),
        ),
    ),
    Equation(
        "money",
        r"Y_i(t) = Y_i(t-1) + \frac{1}{\tau}\left(B_i(t-1) - Y_i(t-1)\right), \qquad "
        r"B_i = (1 - \sigma)\, M_i + \sigma \sum_j W_{ji} M_j, \qquad "
        r"y_i = \frac{12 \, Y_i}{N_i}",
        (
            ("M_i", "money"),
            ("B_i", "money_near"),
            ("Y_i", "money_stock"),
            ("N_i", "population"),
            (r"\tau", "money_lag"),
            (r"\sigma", "money_spread"),
        ),
    ),
    Equation(
        "effort",
        r"e_i(t) = e_0 + n_\varphi + q_\varphi \, a_i(t) + \mu \, \frac{y_i(t)}{y_i(t) + y_{1/2}}",
        (
            ("e_i", "effort"),
            (r"n_\varphi", "national_effort"),
            (r"q_\varphi", "zone_effort"),
            (r"\mu", "money_effort"),
            ("y_{1/2}", "money_half"),
        ),
    ),
    Equation(
        "displacement",
        r"p'_i(t) = p_i - d_i \sum_j W_{ij} (1 - \hat a_j) + (1 - \hat a_i) \sum_j W_{ji} \, d_j, \qquad "
        r"d_i = \delta_\varphi \, \hat a_i \, p_i, \qquad \hat a_i = \min(1, a_i(t))",
        (("p'_i", "displaced_pressure"), (r"\delta_\varphi", "displacement")),
    ),
    Equation(
        "pressure",
        r"P_i(t) = \pi_\varphi \, p'_i(t) \, (1 - \kappa_1 V_i)(1 - \kappa_2 S_i)(1 - \kappa_3 L_i)"
        r"(1 - \kappa_4 F)\,(1 - \kappa_5 (I(t) - I_0))",
        (
            ("P_i", "pressure"),
            (r"\pi_\varphi", "pressure_factor"),
            ("V_i", "coverage"),
            ("S_i", "inspection"),
            ("L_i", "capacity"),
            ("F", "finance"),
            (r"\kappa_1", "coverage_effect"),
            (r"\kappa_2", "inspection_effect"),
            (r"\kappa_3", "capacity_effect"),
            (r"\kappa_4", "finance_effect"),
            (r"\kappa_5", "integrity_effect"),
        ),
    ),
    Equation(
        "step",
        r"c_i(t) = c_i + g \, e_i \,(1 - c_i)\,(\lambda + (1 - \lambda)\, \bar c_i)"
        r" - \ell \, P_i \, c_i \,(1 - \bar c_i), \qquad \bar c_i = \sum_j W_{ij} c_j",
        (
            ("g", "gain"),
            (r"\ell", "loss"),
            (r"\lambda", "local_share"),
            (r"\bar c_i", "neighbours_control"),
        ),
    ),
    Equation(
        "integrity",
        r"I(t) = I + \rho \, \min(1, J_\varphi + J'(t)) \,(1 - I) - \omega \,(I - I_0)",
        (
            ("I", "integrity"),
            (r"J_\varphi", "judicial"),
            ("J'", "judicial_input"),
            (r"\rho", "integrity_rise"),
            (r"\omega", "integrity_decay"),
            ("I_0", "integrity_start"),
        ),
    ),
    Equation(
        "homicide",
        r"H_s(t) = H_s \, \frac{\sum_{i \in s} N_i \, \theta(c_i(t))}"
        r"{\sum_{i \in s} N_i \, \theta(c_i(0))}, \qquad "
        r"\theta(c) = h_0 + h_1 (1 - c) + h_2 \, e^{-((c - 1/2)/v)^2}",
        (
            ("H_s(t)", "homicide_rate"),
            ("H_s", "observed_rate"),
            (r"\theta", "violence"),
            ("h_0", "violence_held"),
            ("h_1", "violence_unheld"),
            ("h_2", "violence_contested"),
            ("v", "contest_width"),
        ),
    ),
)
"""The model, in the order it is computed; unmarked quantities on the right are of month t-1."""
