"""Group commit: what is put in together is written together, and everybody learns what became of it."""

import asyncio
from collections.abc import Sequence

import pytest

from federation.grouping import Full, Grouped


class Book:
    """Writes groups when it is let, and remembers them."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.may_write = asyncio.Event()
        self.may_write.set()
        self.began = asyncio.Event()

    def let_write_soon(self) -> None:
        """Once everything has run that is to run now."""
        asyncio.get_running_loop().call_soon(self.may_write.set)

    async def write(self, items: Sequence[int]) -> Sequence[int]:
        self.began.set()
        await self.may_write.wait()
        if 13 in items:
            raise ValueError("unlucky")
        self.groups.append(list(items))
        return [item * 2 for item in items]


async def test_what_comes_while_a_group_is_written_makes_the_next_one() -> None:
    book = Book()
    async with Grouped(book.write) as grouped:
        book.may_write.clear()
        first = asyncio.create_task(grouped.put(1))
        await book.began.wait()
        others = [asyncio.create_task(grouped.put(number)) for number in range(2, 6)]
        book.let_write_soon()

        assert await asyncio.gather(first, *others) == [2, 4, 6, 8, 10]

    assert book.groups == [[1], [2, 3, 4, 5]]


async def test_a_group_is_never_larger_than_allowed() -> None:
    book = Book()
    async with Grouped(book.write, most=3) as grouped:
        await asyncio.gather(*(grouped.put(number) for number in range(8)))

    assert [len(group) for group in book.groups] == [3, 3, 2]


async def test_a_failure_reaches_everybody_in_the_group_and_nobody_after() -> None:
    book = Book()
    async with Grouped(book.write) as grouped:
        failed = await asyncio.gather(*(grouped.put(n) for n in (12, 13)), return_exceptions=True)

        assert [type(error) for error in failed] == [ValueError, ValueError]
        assert await grouped.put(1) == 2


async def test_more_than_fits_is_refused_at_once() -> None:
    book = Book()
    book.may_write.clear()
    async with Grouped(book.write, most=1, capacity=2) as grouped:
        book.let_write_soon()

        outcomes = await asyncio.gather(*(grouped.put(n) for n in range(3)), return_exceptions=True)

        assert outcomes[:2] == [0, 2]
        assert isinstance(outcomes[2], Full)


async def test_closing_writes_what_is_waiting() -> None:
    book = Book()
    grouped = Grouped(book.write, most=2)
    book.may_write.clear()
    tasks = [asyncio.create_task(grouped.put(number)) for number in range(5)]
    await book.began.wait()
    book.let_write_soon()

    await grouped.close()

    assert await asyncio.gather(*tasks) == [0, 2, 4, 6, 8]
    with pytest.raises(Full):
        await grouped.put(6)
