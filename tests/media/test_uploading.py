"""A picture that was put up stays as long as nobody knows that nothing names it."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from alliance.database import OutcomeUnknown
from alliance.errors import Conflict
from alliance.shelves import FolderShelf
from tests.web.pages.test_pictures import photo
from web.media.uploading import shelved

pytestmark = pytest.mark.anyio
LOST = OperationalError("COMMIT", {}, Exception("the connection is gone"))


@pytest.mark.parametrize(
    ("failure", "is_kept"),
    [(OutcomeUnknown(LOST), True), (asyncio.CancelledError(), True), (Conflict(), False), (LOST, False)],
    ids=["commit without an answer", "broken off", "refused", "rolled back"],
)
async def test_it_is_thrown_away_only_when_nothing_can_name_it(
    tmp_path: Any, failure: BaseException, *, is_kept: bool
) -> None:
    shelf = FolderShelf(tmp_path)
    state = SimpleNamespace(instance=SimpleNamespace(shelf=shelf), at_pictures=asyncio.Semaphore(1))
    request: Any = SimpleNamespace(app=SimpleNamespace(state=state))

    with pytest.raises(type(failure)):
        async with shelved(request, photo(), "portrait"):
            raise failure

    assert len([one async for one in shelf.stored()]) == is_kept
