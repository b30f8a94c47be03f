"""Where stories and requests have their pages here; of ours no address can be found by counting."""

from alliance.models import Story, Wish


def address_of_story(story: Story) -> str:
    """The page of a story here."""
    return f"/stories/{story.id}-{story.token}" if story.uri is None else f"/stories/{story.id}"


def address_of_wish(wish: Wish) -> str:
    """The page of a request here."""
    return f"/requests/{wish.id}-{wish.token}" if wish.uri is None else f"/requests/{wish.id}"
