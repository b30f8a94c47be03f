"""Every text of the product is there in every language."""

from tools import translations


def test_every_text_is_translated_and_every_translation_is_used() -> None:
    wanted = translations.texts()

    wrong = [fault for path in translations.catalogue_files() for fault in translations.faults(path, wanted)]

    assert wrong == []


def test_every_language_of_the_pages_but_the_one_they_are_written_in_has_a_catalogue() -> None:
    assert [path.parent.parent.name for path in translations.catalogue_files()] == ["de"]
