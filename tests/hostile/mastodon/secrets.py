"""Words of every audience, from everywhere; each stands in one place, and this tells who may read it."""

from dataclasses import dataclass
from typing import Any

from httpx import AsyncClient
from sqlalchemy import select

from alliance.commenting import say
from alliance.contacting import write_letter
from alliance.domain_policies import treat_domain
from alliance.models import (
    AppFilter,
    AppList,
    Comment,
    Company,
    Employee,
    Person,
    PlannedWords,
    Posting,
    Session,
    StoryPicture,
)
from alliance.moderating import block_person, hide_comment, hide_story, show_comment
from alliance.news import CommentNews, ProfileNews, StoryNews
from alliance.profiling import ProfileDraft, edit_profile
from alliance.receiving_comments import receive_comment
from alliance.receiving_external import receive_external
from alliance.receiving_people import receive_person
from alliance.receiving_stories import receive_story
from alliance.sources import Feed, add_source
from alliance.telling import Telling, tell_story
from tests.alliance.stage import LINK, Stage, person_news, session_news
from tests.web.mastodon.scenes import expert

STRANGER, JONAS, LENA, ADA = "stranger", "jonas", "lena", "ada"
ALL, EMPLOYEES, NOBODY = (STRANGER, JONAS, LENA, ADA), (JONAS, LENA, ADA), ()
READERS: dict[str, tuple[str, ...]] = {
    "OursPublic": ALL, "OursAlliance": EMPLOYEES, "OursCompany": EMPLOYEES,
    "TheirsPublic": ALL, "TheirsAlliance": EMPLOYEES,
    "SilencedSession": EMPLOYEES, "PausedSession": NOBODY, "LeftSession": NOBODY, "BlockedSession": NOBODY,
    "SuspendedSession": NOBODY, "SourceSession": EMPLOYEES, "PausedSourceSession": NOBODY,
    "SaidByJonas": ALL, "HiddenByLena": (LENA, ADA), "SilencedComment": EMPLOYEES,
    "SuspendedComment": NOBODY, "BlockedComment": NOBODY, "ToTheHostAlone": (ADA,),
    "StoryPublic": ALL, "StoryAlliance": EMPLOYEES, "StoryCompany": EMPLOYEES, "StoryHidden": (LENA,),
    "TheirStory": ALL, "SilencedStory": EMPLOYEES, "LeftStory": NOBODY,
    "HeadlineForColleagues": EMPLOYEES, "HeadlineNotYetShown": (ADA,), "TheirProfile": EMPLOYEES,
    "LeftProfile": NOBODY, "LetterToLena": (JONAS, LENA), "NoteOfJonas": (JONAS,), "FilterOfJonas": (JONAS,),
    "ListOfJonas": (JONAS,), "PlannedByJonas": (JONAS,), "PictureOfJonas": (JONAS,),
    "/meet/": (JONAS,), LINK: NOBODY, "s3cretword": NOBODY,
}  # fmt: skip
HOSTS = {"Silenced": "stumm", "Paused": "pause", "Left": "fort", "Blocked": "zu", "Suspended": "sperre"}
STATES = {"Paused": "paused", "Left": "left", "Blocked": "blocked"}


@dataclass
class Scene:
    """Everything above, in one instance."""

    stage: Stage
    lena: Employee

    async def set(self, jonas: AsyncClient) -> None:
        """Puts everything there; `jonas` is an app of his."""
        opened = await self._sessions()
        await self._theirs()
        await self._sources()
        await self._comments(opened)
        await self._stories(opened)
        await self._own(jonas, opened)
        await self._shut_out()

    async def numbers(self) -> dict[str, list[int]]:
        """The identifiers of what there is, by kind."""
        async with self.stage.instance.reading() as db:
            kinds: dict[str, tuple[Any, ...]] = {
                "statuses": (Posting,),
                "accounts": (Person, Company),
                "lists": (AppList,),
                "timelines": (AppList,),
                "filters": (AppFilter,),
                "scheduled_statuses": (PlannedWords,),
                "media": (StoryPicture,),
            }
            return {
                name: [one for model in models for one in (await db.scalars(select(model.id))).all()]
                for name, models in kinds.items()
            }

    async def _sessions(self) -> Session:
        opened = await self.stage.publish(self.stage.admin, title="OursPublic")
        for audience in ("alliance", "company"):
            await self.stage.publish(title=f"Ours{audience.title()}", audience=audience)
        return opened

    async def _theirs(self) -> None:
        ally = await self.stage.ally()
        await self.stage.theirs(ally, 1, title="TheirsPublic")
        await self.stage.theirs(ally, 2, title="TheirsAlliance", audience="alliance")
        for name, host in HOSTS.items():
            company = await self.stage.ally(f"{host}.example")
            await self.stage.theirs(company, title=f"{name}Session")
        for host, headline in (("alpenwerk", "TheirProfile"), ("fort", "LeftProfile")):
            shown = ProfileNews(audience="alliance", headline=headline)
            await self._person(host, 7, profile=shown)

    async def _person(self, host: str, number: int = 9, **more: Any) -> Person:
        uri = f"https://{host}.example/people/{number}"
        async with self.stage.instance.unit_of_work() as uow:
            news = person_news(uri, username=f"{host}{number}", name=f"Mira of {host}", **more)
            return await receive_person(uow, news)

    async def _sources(self) -> None:
        for name, is_paused in (("SourceSession", False), ("PausedSourceSession", True)):
            host = f"{name.lower()}.example"
            feed = Feed(
                uri=f"https://{host}/@library", server=f"https://{host}", host=host, username="library",
                name="Library",
            )  # fmt: skip
            async with self.stage.instance.unit_of_work() as uow:
                source = await add_source(uow, feed)
                company = await uow.db.get_one(Company, source.company_id)
                news = session_news(company, title=name)
                source.state = "following"
                await receive_external(uow, source, news, feed.uri)
                source.is_paused = is_paused

    async def _comments(self, session: Session) -> None:
        instance, ada = self.stage.instance, self.stage.admin
        async with instance.unit_of_work() as uow:
            await say(uow, session.id, self.stage.host, "SaidByJonas")
            hidden = await say(uow, session.id, self.lena, "HiddenByLena")
        async with instance.unit_of_work() as uow:
            await hide_comment(uow, hidden.id, ada)
        for word, host in (
            *(("SilencedComment", "stumm"), ("SuspendedComment", "sperre"), ("BlockedComment", "strolch")),
            ("ToTheHostAlone", "strolch2"),
        ):
            who = await self._person(host)
            async with instance.unit_of_work() as uow:
                news = CommentNews(
                    uri=f"https://{host}.example/notes/1", html=f"<p>{word}</p>", is_public=True,
                    is_private=word == "ToTheHostAlone",
                )  # fmt: skip
                comment = await receive_comment(uow, session.id, who, news)
                assert comment is not None
                if comment.state == "waiting":
                    await show_comment(uow, comment.id, ada)
        async with instance.unit_of_work() as uow:
            author = await uow.db.scalar(select(Comment.author_id).where(Comment.html.contains("BlockedC")))
            ada = await uow.db.get_one(Employee, self.stage.admin.id)
            await block_person(uow, await uow.db.get(Person, author), ada)

    async def _stories(self, session: Session) -> None:
        instance = self.stage.instance
        async with instance.unit_of_work() as uow:
            for audience in ("public", "alliance", "company"):
                words = f"Story{audience.title()}"
                await tell_story(uow, self.stage.host, Telling(text=words, audience=audience))
            hidden = await tell_story(uow, self.lena, Telling(text="StoryHidden", audience="public"))
        async with instance.unit_of_work() as uow:
            await hide_story(uow, hidden.id, self.stage.admin)
        for word, host in (("TheirStory", "alpenwerk"), ("SilencedStory", "stumm"), ("LeftStory", "fort")):
            async with instance.unit_of_work() as uow:
                who = await receive_person(
                    uow, person_news(f"https://{host}.example/people/8", username="ole")
                )
                uri = f"https://{host}.example/stories/1"
                await receive_story(uow, who, StoryNews(uri=uri, html=f"<p>{word}</p>", audience="public"))

    async def _own(self, jonas: AsyncClient, session: Session) -> None:
        async with self.stage.instance.unit_of_work() as uow:
            await write_letter(uow, self.stage.host.id, self.lena.id, "LetterToLena")
            ada = self.stage.admin
            await edit_profile(
                uow, ada.id, ProfileDraft(name=ada.person.name, headline="HeadlineNotYetShown")
            )
        await self.stage.join(session, self.stage.host)
        about = f"/api/v1/accounts/{self.lena.id}/note"
        words = {"keyword": "lenses"}
        later = "2026-03-18T10:00:00Z"
        for address, said in (
            (about, {"comment": "NoteOfJonas"}),
            (
                "/api/v2/filters",
                {"title": "FilterOfJonas", "context": ["home"], "keywords_attributes": [words]},
            ),
            ("/api/v1/lists", {"title": "ListOfJonas"}),
            ("/api/v1/statuses", {"status": "PlannedByJonas", "scheduled_at": later}),
        ):
            answer = await jonas.post(address, json=said)
            assert answer.status_code == 200, answer.text

    async def _shut_out(self) -> None:
        async with self.stage.instance.unit_of_work() as uow:
            await treat_domain(uow, "stumm.example", "silence")
            await treat_domain(uow, "sperre.example", "suspend")
        async with self.stage.instance.reading() as db:
            found = await db.scalars(
                select(Company).where(Company.host.in_([f"{h}.example" for h in HOSTS.values()]))
            )
            by_host = {one.host: one for one in found}
        for name, state in STATES.items():
            await self.stage.put(by_host[f"{HOSTS[name]}.example"], state)


async def scene(stage: Stage) -> Scene:
    """The people; `set` brings the rest."""
    lena = await expert(stage)
    async with stage.instance.unit_of_work() as uow:
        await edit_profile(uow, lena.id, ProfileDraft(name="Lena Vogt", headline="HeadlineForColleagues"))
    return Scene(stage, lena)
