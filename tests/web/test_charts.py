"""Charts stay within their frame, whatever they show."""

from hypothesis import given
from hypothesis import strategies as st

from web.charts import HEIGHT, WIDTH, columns, rows, scale_of, ticks

VALUES = st.lists(st.tuples(st.integers(0, 2_000_000), st.integers(0, 2_000_000)), max_size=24)


@given(VALUES)
def test_columns_stand_within_the_frame_and_keep_their_order(values: list[tuple[int, int]]) -> None:
    first, second = [a for a, _ in values], [b for _, b in values]

    chart = columns(["x"] * len(values), first, second)

    for bar in chart.bars:
        assert 0 <= bar.x <= bar.x + bar.width <= WIDTH + 0.2
        assert 0 <= bar.y <= bar.y + bar.height <= HEIGHT
    heights = [bar.height for bar in chart.bars if bar.part == 1]
    by_value = sorted(zip([a for a in first if a], heights, strict=True))
    assert [height for _, height in by_value] == sorted(heights)


@given(st.lists(st.integers(1, 10_000), min_size=1, max_size=30))
def test_rows_stand_within_the_frame(values: list[int]) -> None:
    chart = rows(["x"] * len(values), values)

    assert all(bar.x + bar.width <= WIDTH and bar.y + bar.height <= chart.height for bar in chart.bars)


@given(st.integers(0, 10_000_000))
def test_scales_are_round(most: int) -> None:
    top = scale_of(most)

    assert top >= max(most, 1)
    assert str(top).strip("0") in ("1", "2", "5")
    assert (ticks(top)[0], ticks(top)[-1]) == (0, top)
    assert ticks(top) == sorted(set(ticks(top)))
