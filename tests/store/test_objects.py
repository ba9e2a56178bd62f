"""Files named by their content."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from wohnplatz.store import Kind, ObjectStore, StoreError


@pytest.fixture
def store(tmp_path: Path) -> ObjectStore:
    return ObjectStore(tmp_path / "objects")


def test_an_object_is_named_by_its_sha256_and_read_back(store: ObjectStore) -> None:
    sha = store.put(Kind.ORIGINAL, b"Merkmal;Wert")
    assert sha == hashlib.sha256(b"Merkmal;Wert").hexdigest()
    assert store.path(Kind.ORIGINAL, sha) == store.root / "originals" / sha
    assert store.read(Kind.ORIGINAL, sha) == b"Merkmal;Wert"


def test_the_same_content_is_stored_once_and_not_touched_again(store: ObjectStore) -> None:
    sha = store.put(Kind.RULES, b"x")
    before = store.path(Kind.RULES, sha).stat()
    assert store.put(Kind.RULES, b"x") == sha
    after = store.path(Kind.RULES, sha).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert list(store.hashes(Kind.RULES)) == [sha]


def test_an_adopted_file_moves_in(store: ObjectStore, tmp_path: Path) -> None:
    upload = tmp_path / "upload.csv"
    upload.write_bytes(b"a;b")
    sha = store.adopt(Kind.ORIGINAL, upload)
    assert store.read(Kind.ORIGINAL, sha) == b"a;b"
    assert not upload.exists()


def test_an_absent_object_is_an_error_that_says_what_to_do(store: ObjectStore) -> None:
    with pytest.raises(StoreError, match="fehlt") as caught:
        store.read(Kind.MANIFEST, "0" * 64)
    assert "Sicherung" in caught.value.todo


def test_a_name_that_is_no_hash_never_leaves_the_folder(store: ObjectStore) -> None:
    store.put(Kind.RULES, b"x")
    with pytest.raises(StoreError):
        store.path(Kind.ORIGINAL, "../rules/" + hashlib.sha256(b"x").hexdigest())


def test_a_damaged_file_is_noticed_and_healed_by_putting_it_again(store: ObjectStore) -> None:
    sha = store.put(Kind.RULES, b"right")
    path = store.path(Kind.RULES, sha)
    path.chmod(0o600)
    path.write_bytes(b"wrong")
    with pytest.raises(StoreError, match="beschädigt"):
        store.read(Kind.RULES, sha)
    store.put(Kind.RULES, b"right")
    assert store.read(Kind.RULES, sha) == b"right"


def test_a_failing_writer_leaves_nothing_behind(store: ObjectStore) -> None:
    def fail(path: Path) -> None:
        path.write_bytes(b"half")
        raise ValueError("interrupted")

    with pytest.raises(ValueError, match="interrupted"):
        store.build(Kind.RESULT, fail)
    assert list(store.hashes(Kind.RESULT)) == []
    assert store.orphans() == []


def test_a_full_disk_is_told_in_plain_words(store: ObjectStore) -> None:
    def full(path: Path) -> None:
        raise OSError(28, os.strerror(28))

    with pytest.raises(StoreError, match="kein Platz") as caught:
        store.build(Kind.RESULT, full)
    assert caught.value.code == "store.full"


def test_a_process_killed_while_writing_leaves_only_an_orphan(store: ObjectStore) -> None:
    script = (
        "import os, signal, sys; from pathlib import Path; from wohnplatz.store import Kind, ObjectStore\n"
        "def die(path):\n"
        "    path.write_bytes(b'half')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "ObjectStore(Path(sys.argv[1])).build(Kind.RESULT, die)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(store.root)], check=False)
    assert done.returncode < 0
    assert list(store.hashes(Kind.RESULT)) == []
    assert len(store.orphans()) == 1
    assert store.remove_orphans(older_than=3600) == 0, "a young one may belong to a running process"
    old = time.time() - 7200
    os.utime(store.orphans()[0], (old, old))
    assert store.remove_orphans(older_than=3600) == 1
    assert store.orphans() == []
