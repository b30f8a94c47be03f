"""The data catalogue names every table and column there is, and nothing that there isn't."""

import pytest
from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table

import federation.models  # noqa: F401 - registers its tables
from alliance.data_catalogue import BASES, ENDS, catalogue, faults
from alliance.data_catalogue.entries import table
from alliance.database import Base
from alliance.retention import RULES


def test_every_table_and_column_is_in_the_data_catalogue() -> None:
    missing = faults(Base.metadata)

    assert not missing, "\n".join(missing)


def test_a_new_table_a_new_column_and_one_that_is_gone_are_named_with_what_to_write() -> None:
    with_more = MetaData()
    for name in ("topic", "person"):
        Base.metadata.tables[name].to_metadata(with_more, referred_schema_fn=None)
    topic = with_more.tables["topic"]
    topic.append_column(Column("weight", Integer))
    Table("gossip", with_more, Column("id", Integer, ForeignKey("person.id")), Column("text", String(10)))

    found = faults(with_more)

    assert "topic.weight: add it to its table() entry, under one of KINDS" in found
    assert "session: there is no such table; take its entry out" in found
    gossip = next(one for one in found if one.startswith("gossip"))
    assert '"gossip", _("Why it is there' in gossip
    assert "every column: id text" in gossip


def test_a_column_that_is_named_twice_or_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match=r"x\.id"):
        table("x", "For nothing.", number="id", link="id")
    with pytest.raises(ValueError, match=r"x\.id"):
        table("x", "For nothing.", gossip="id")


def test_whatever_names_one_of_our_people_is_personal() -> None:
    naming = {
        table.name
        for table in Base.metadata.sorted_tables
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table.name in ("person", "employee")
    }

    assert {name for name in naming if not catalogue()[name].is_personal} == set()


def test_personal_data_has_a_basis_and_an_end_and_everything_else_needs_none() -> None:
    entries = catalogue().values()

    assert {one.name for one in entries if one.is_personal != (one.basis != "none")} == set()
    assert {one.basis for one in entries} <= BASES.keys()
    assert {one.kept for one in entries} <= RULES.keys() | ENDS.keys()
