"""One's own account: what others see of it, and what only its owner sees.

Name, words about oneself, portrait, who may follow, and whether the profile is shown can be changed; what
the house decides for everybody (no headers, no automated accounts, nobody's follows shown) is refused in a
sentence.
"""

from contextlib import AsyncExitStack
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from alliance.choosing_for_apps import choose_writing
from alliance.errors import Invalid, NotFound
from alliance.models import Person
from alliance.pictures import StoredPicture, remove_portrait, set_portrait
from alliance.profiling import ProfileDraft, edit_profile, publish_profile, withdraw_profile
from alliance.queries.app_choices import featured_topics, writing_choice
from alliance.queries.people import person_with_id
from alliance.unit_of_work import UnitOfWork
from federation.followers import choose_approval
from federation.followers_here import how_many_follow
from federation.our_actors import decided
from federation.uris import person_actor
from web.mastodon.door import Call, Endpoint
from web.mastodon.entities.own_account import credential_account, profile_entity
from web.mastodon.params import Params
from web.mastodon.showing import show_all
from web.mastodon.tags import featured_tag
from web.media.kinds import UPLOAD_BYTES
from web.media.uploading import shelved

JSON = dict[str, Any]
NO_HEADER_SENTENCE = "There are no pictures above profiles here."
NO_BOTS_SENTENCE = "Accounts here belong to people."
NO_FIELDS_SENTENCE = "What stands beside your name can be changed on the page of settings."
HIDDEN_SENTENCE = "Whom you follow, and who follows you, is shown to nobody else."


async def show(call: Call) -> Any:
    """GET /api/v1/accounts/verify_credentials."""
    return await _credentials(call)


async def change(call: Call) -> Any:
    """PATCH /api/v1/accounts/update_credentials."""
    await _change(call)
    return await _credentials(call)


async def show_profile(call: Call) -> Any:
    """GET /api/v1/profile."""
    return await _profile(call)


async def change_profile(call: Call) -> Any:
    """PATCH /api/v1/profile."""
    await _change(call)
    return await _profile(call)


async def drop_avatar(call: Call) -> Any:
    """DELETE /api/v1/profile/avatar."""
    async with call.unit_of_work() as uow:
        await remove_portrait(uow, call.me.id)
    return await _credentials(call)


async def drop_header(call: Call) -> Any:
    """DELETE /api/v1/profile/header: there never was one."""
    return await _credentials(call)


async def _change(call: Call) -> None:
    params = call.params
    _refuse_what_the_house_decides(params)
    source, file = params.nested("source"), params.file("avatar")
    content = await file.read(UPLOAD_BYTES + 1) if file is not None else None
    await call.close()
    async with AsyncExitStack() as stack:
        picture: StoredPicture | None = None
        if content:
            picture = await stack.enter_async_context(shelved(call.request, content, "portrait"))
        uow = await stack.enter_async_context(call.unit_of_work())
        if picture is not None:
            person = await _person(uow.db, call.me.id)
            shared = person.profile is not None and person.profile.picture_shared
            await set_portrait(uow, call.me.id, picture, shared=shared)
        await _write(uow, call)
        await choose_writing(
            uow,
            call.me.id,
            visibility=source.text("privacy") or None,
            is_sensitive=source.flag("sensitive") if source.has("sensitive") else None,
            language=source.text("language").partition("-")[0] if source.has("language") else None,
        )


async def _write(uow: UnitOfWork, call: Call) -> None:
    params, me = call.params, call.me.id
    person = await _person(uow.db, me)
    if params.has("display_name") or params.has("note"):
        await edit_profile(uow, me, _draft(person, params))
    if params.has("discoverable") and params.text("discoverable"):
        if not params.flag("discoverable"):
            await withdraw_profile(uow, me)
        elif person.profile is None or person.profile.published_at is None:
            await edit_profile(uow, me, _draft(await _person(uow.db, me), params))
            await publish_profile(uow, me)
    if params.has("locked"):
        await choose_approval(uow, person_actor(me), by_hand=params.flag("locked"))


def _draft(person: Person, params: Params) -> ProfileDraft:
    """The profile as it is, with the name and the words that are given."""
    profile = person.profile
    name = params.text("display_name") if params.has("display_name") else person.name
    note = params.text("note") if params.has("note") else profile.about if profile else ""
    if profile is None:
        return ProfileDraft(name=name, about=note)
    return ProfileDraft(
        name=name,
        audience=profile.audience,
        headline=profile.headline,
        about=note,
        languages=tuple(profile.languages),
        ask_me_about=tuple(profile.ask_me_about),
        topics=tuple(topic.name for topic in profile.topics),
    )


def _refuse_what_the_house_decides(params: Params) -> None:
    if params.file("header") is not None:
        raise Invalid(NO_HEADER_SENTENCE, field="header")
    if params.flag("bot"):
        raise Invalid(NO_BOTS_SENTENCE, field="bot")
    if params.has("hide_collections") and not params.flag("hide_collections", True):
        raise Invalid(HIDDEN_SENTENCE, field="hide_collections")
    if any(one.text("name") or one.text("value") for one in params.each("fields_attributes", most=20)):
        raise Invalid(NO_FIELDS_SENTENCE, field="fields")


async def _credentials(call: Call) -> JSON:
    account, me = await _account(call), call.me
    async with call.reading() as db:
        return credential_account(
            account,
            await _person(db, me.id),
            await writing_choice(db, me.id),
            roles=me.roles,
            language=me.language or call.language,
            locked=(await decided(db, person_actor(me.id))).approves_followers,
            asking=await how_many_follow(db, call.instance.settings.origin, me.id, "asked"),
        )


async def _profile(call: Call) -> JSON:
    account, me = await _account(call), call.me
    async with call.reading() as db:
        return profile_entity(
            account,
            await _person(db, me.id),
            locked=(await decided(db, person_actor(me.id))).approves_followers,
            featured=[featured_tag(call, row) for row in await featured_topics(db, me.id)],
        )


async def _account(call: Call) -> JSON:
    shown = (await show_all(call, [call.me.id])).accounts
    if call.me.id not in shown:
        raise NotFound
    return shown[call.me.id]


async def _person(db: AsyncSession, person_id: int) -> Person:
    found = await person_with_id(db, person_id)
    if found is None:
        raise NotFound
    return found


_WRITE = ("write:accounts",)
_READ = ("profile", "read:accounts")
ENDPOINTS = (
    Endpoint("GET", "/api/v1/accounts/verify_credentials", show, "user", _READ),
    Endpoint("PATCH", "/api/v1/accounts/update_credentials", change, "user", _WRITE),
    Endpoint("GET", "/api/v1/profile", show_profile, "user", _READ),
    Endpoint("PATCH", "/api/v1/profile", change_profile, "user", _WRITE),
    Endpoint("PUT", "/api/v1/profile", change_profile, "user", _WRITE),
    Endpoint("DELETE", "/api/v1/profile/avatar", drop_avatar, "user", _WRITE),
    Endpoint("DELETE", "/api/v1/profile/header", drop_header, "user", _WRITE),
)
