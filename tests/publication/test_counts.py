"""The finest counts, and what follows from delivered totals."""

from wohnplatz.publication.counts import settle

SEX = ["T", "m", "w"]
AGE = ["T", "jung", "alt"]


def test_a_whole_breakdown_is_taken_as_it_is():
    assert settle({("m",): 3, ("w",): 4}, [SEX]) == ([{("m",): 3, ("w",): 4}], 0)


def test_what_a_supplier_protected_and_a_total_gives_back_is_known():
    assert settle({("T",): 7, ("m",): 3, ("w",): None}, [SEX]) == ([{("m",): 3, ("w",): 4}], 0)


def test_several_missing_cells_share_what_the_total_leaves():
    ways = [["T", "a", "b", "c"]]
    (pool,), wrong = settle({("T",): 10, ("a",): 3}, ways)
    assert sum(pool.values()) == 10
    assert pool["a",] == 3
    assert min(pool.values()) > 0
    assert wrong == 0


def test_a_missing_cell_without_a_total_is_no_count():
    assert settle({("m",): 3, ("w",): None}, [SEX]) == ([{("m",): 3}], 0)


def test_a_total_that_contradicts_its_parts_is_counted_and_the_parts_stand():
    assert settle({("T",): 9, ("m",): 3, ("w",): 4}, [SEX]) == ([{("m",): 3, ("w",): 4}], 1)
    pools, wrong = settle({("T",): 2, ("m",): 3, ("w",): None}, [SEX])
    assert (pools, wrong) == ([{("m",): 3}], 1)


def test_breakdowns_side_by_side_are_pools_of_their_own():
    given = {("m", "T"): 3, ("w", "T"): 4, ("T", "jung"): 5, ("T", "alt"): 2}
    pools, wrong = settle(given, [SEX, AGE])
    assert sorted(sum(p.values()) for p in pools) == [7, 7]
    assert wrong == 0
