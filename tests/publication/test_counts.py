"""The finest counts, and what follows from delivered totals."""

from wohnplatz.publication.settling import Link, settle

SEX = ["T", "m", "w"]
AGE = ["T", "jung", "alt"]


def test_a_whole_breakdown_is_taken_as_it_is():
    assert settle({("m",): 3, ("w",): 4}, [SEX]).pools == ({("m",): 3, ("w",): 4},)


def test_what_a_supplier_protected_and_a_total_gives_back_is_known():
    found = settle({("T",): 7, ("m",): 3, ("w",): None}, [SEX])
    assert found.pools == ({("m",): 3, ("w",): 4},)
    assert not found.links


def test_several_missing_cells_share_what_the_total_leaves():
    ways = [["T", "a", "b", "c"]]
    found = settle({("T",): 10, ("a",): 3}, ways)
    (pool,) = found.pools
    assert sum(pool.values()) == 10
    assert pool["a",] == 3
    assert min(pool.values()) > 0
    assert not found.contradictions


def test_a_missing_cell_without_a_total_is_no_count():
    assert settle({("m",): 3, ("w",): None}, [SEX]).pools == ({("m",): 3},)


def test_a_total_that_contradicts_its_parts_stands_beside_them():
    found = settle({("T",): 9, ("m",): 3, ("w",): 4}, [SEX])
    assert found.pools == ({("T",): 9}, {("m",): 3, ("w",): 4})
    assert found.links == (Link((0, 1), ((("T",),), (("m",), ("w",))), 2),)
    assert found.contradictions == (("T",),)


def test_a_total_that_cannot_hold_what_is_missing_is_told_and_ties_nothing():
    found = settle({("T",): 2, ("m",): 3, ("w",): None}, [SEX])
    assert found.pools == ({("T",): 2}, {("m",): 3})
    assert (found.links, found.contradictions) == ((), (("T",),))


def test_breakdowns_side_by_side_are_pools_of_their_own_and_tied():
    given = {("m", "T"): 3, ("w", "T"): 4, ("T", "jung"): 5, ("T", "alt"): 2}
    found = settle(given, [SEX, AGE])
    assert sorted(sum(p.values()) for p in found.pools) == [7, 7]
    assert [link.difference for link in found.links] == [0]
    assert not found.contradictions


def test_breakdowns_side_by_side_that_differ_contradict_each_other():
    given = {("m", "T"): 3, ("w", "T"): 4, ("T", "jung"): 5, ("T", "alt"): 3}
    found = settle(given, [SEX, AGE])
    assert [link.difference for link in found.links] == [-1]
    assert found.contradictions == (("T", "T"),)


def test_crossed_breakdowns_are_tied_in_what_they_share():
    ways = [SEX, AGE, ["T", "d", "n"]]
    by_age = {(s, a, "T"): 1 for s in "mw" for a in AGE[1:]}
    by_nation = {(s, "T", n): 1 for s in "mw" for n in "dn"}
    found = settle(by_age | by_nation, ways)
    assert {link.cells[0] for link in found.links} == {
        (("m", "jung", "T"), ("m", "alt", "T")),
        (("w", "jung", "T"), ("w", "alt", "T")),
    }
