"""Integer programs, solved by HiGHS (MIT): one thread, one seed, an end by work done and not by the clock."""

from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np

PATIENCE = 60.0
"""Seconds after which one program is given up; what was found by then counts, but may differ next time."""


@dataclass(frozen=True)
class Row:
    """`lower` <= sum of `terms` (column, factor) <= `upper`."""

    lower: float
    upper: float
    terms: tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class Solution:
    """Whole numbers for every column; `bound`: nothing is worth more. `is_timed_out`: the clock ended it."""

    values: tuple[int, ...]
    bound: float
    is_best: bool
    is_timed_out: bool


def maximise(
    worth: Sequence[float], upper: Sequence[int], rows: Sequence[Row], *, nodes: int, gap: float = 0.0
) -> Solution:
    """Whole numbers between 0 and `upper` that are worth most. At most `nodes` branches are looked at."""
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    options: dict[str, bool | int | float | str] = {
        "output_flag": False,
        "threads": 1,
        "random_seed": 1,
        "parallel": "off",
        "time_limit": PATIENCE,
        "mip_max_nodes": nodes,
        "mip_rel_gap": gap,
        "mip_abs_gap": 0.5,
    }
    for option, setting in options.items():
        solver.setOptionValue(option, setting)
    solver.passModel(_program(worth, upper, rows))
    solver.run()
    status, info = solver.getModelStatus(), solver.getInfo()
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        values = [0] * len(worth)
    else:
        values = [round(value) for value in solver.getSolution().col_value]
    return Solution(
        tuple(values),
        info.mip_dual_bound,
        status == highspy.HighsModelStatus.kOptimal and gap == 0.0,
        status == highspy.HighsModelStatus.kTimeLimit,
    )


def _program(worth: Sequence[float], upper: Sequence[int], rows: Sequence[Row]) -> highspy.HighsLp:
    columns, starts = len(worth), [0]
    index: list[int] = []
    value: list[float] = []
    for row in rows:
        index += [column for column, _ in row.terms]
        value += [factor for _, factor in row.terms]
        starts.append(len(index))
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = columns, len(rows)
    program.sense_ = highspy.ObjSense.kMaximize
    program.col_cost_ = np.array(worth, dtype=float)
    program.col_lower_ = np.zeros(columns)
    program.col_upper_ = np.array(upper, dtype=float)
    program.row_lower_ = np.array([row.lower for row in rows], dtype=float)
    program.row_upper_ = np.array([row.upper for row in rows], dtype=float)
    program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    program.a_matrix_.start_ = np.array(starts, dtype=np.int32)
    program.a_matrix_.index_ = np.array(index, dtype=np.int32)
    program.a_matrix_.value_ = np.array(value, dtype=float)
    program.integrality_ = [highspy.HighsVarType.kInteger] * columns
    return program
