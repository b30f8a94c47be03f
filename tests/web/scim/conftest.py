"""A company whose directory has a token, and a browser of that directory."""

import httpx
import pytest

from alliance.learning_settings import make_token
from tests.support.founding import Founded
from tests.web.scim.directory import Directory


@pytest.fixture
async def directory(founded: Founded, client: httpx.AsyncClient) -> Directory:
    """What the company's directory says to the instance, with its token."""
    async with founded.instance.unit_of_work() as uow:
        secret = await make_token(uow, "Directory", founded.admin, scope="provisioning")
    return Directory(client, secret)
