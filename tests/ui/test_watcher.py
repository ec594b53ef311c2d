"""Files are seen to change once, when the change has settled, and only where their content has."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from graphtui.debugger.description import file_hash
from graphtui.ui.watcher import Watcher


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "net.py"
    path.write_text("a = 1\n")
    return path


def watching(*files: Path) -> Watcher:
    """A watcher that has looked often enough to be at rest."""
    watcher = Watcher({str(file): file_hash(file) for file in files})
    assert [watcher.look() for _ in range(3)] == [False] * 3
    return watcher


def looks(watcher: Watcher, count: int = 4) -> list[bool]:
    return [watcher.look() for _ in range(count)]


def test_a_change_is_told_once_when_it_has_settled(file: Path) -> None:
    watcher = watching(file)
    file.write_text("a = 2\n")
    assert looks(watcher) == [False, True, False, False]


def test_a_file_that_is_being_written_is_left_alone(file: Path) -> None:
    watcher = watching(file)
    for size in range(5):
        file.write_text("a = 2\n" * size)
        assert not watcher.look()
    assert looks(watcher) == [True, False, False, False]


def test_a_touch_is_no_change(file: Path) -> None:
    watcher = watching(file)
    os.utime(file, ns=(1, 1))
    assert not any(looks(watcher))
    file.write_text("a = 1\n")
    assert not any(looks(watcher))


def test_an_editor_may_write_beside_and_rename(file: Path) -> None:
    watcher = watching(file)
    new = file.with_suffix(".new")
    new.write_text("a = 3\n")
    os.utime(new, ns=(os.stat(file).st_atime_ns, os.stat(file).st_mtime_ns))
    os.replace(new, file)
    assert looks(watcher) == [False, True, False, False]


def test_a_file_may_go_and_come_back(file: Path) -> None:
    watcher = watching(file)
    file.unlink()
    assert looks(watcher) == [False, True, False, False]
    file.write_text("a = 1\n")
    assert looks(watcher) == [False, True, False, False]
    file.unlink()
    assert not watcher.look()
    file.write_text("a = 1\n")  # it was away between two looks only
    assert not any(looks(watcher))


def test_what_changed_before_the_first_look_is_seen(file: Path) -> None:
    watcher = Watcher({str(file): file_hash(file)})
    file.write_text("a = 2\n")
    assert looks(watcher) == [False, True, False, False]


def test_several_files_are_one_change(file: Path, tmp_path: Path) -> None:
    other = tmp_path / "layers.py"
    other.write_text("b = 1\n")
    watcher = watching(file, other)
    file.write_text("a = 2\n")
    assert not watcher.look()
    other.write_text("b = 2\n")
    assert looks(watcher) == [False, True, False, False]


def test_other_files_may_be_watched_and_what_they_hold_is_known(file: Path, tmp_path: Path) -> None:
    other = tmp_path / "layers.py"
    other.write_text("b = 1\n")
    watcher = watching(file)
    watcher.watch([str(file), str(other)])
    assert not any(looks(watcher))
    other.write_text("b = 2\n")
    assert looks(watcher) == [False, True, False, False]
    watcher.watch([str(file)])
    other.write_text("b = 3\n")
    assert not any(looks(watcher))


def test_what_is_about_to_be_loaded_is_no_change(file: Path) -> None:
    watcher = watching(file)
    file.write_text("a = 2\n")
    watcher.know()
    assert not any(looks(watcher))


def test_a_pipe_or_a_folder_in_the_place_of_the_file_makes_nobody_wait(file: Path) -> None:
    watcher = watching(file)
    file.unlink()
    os.mkfifo(file)
    assert looks(watcher) == [False, True, False, False]
    file.unlink()
    file.mkdir()
    assert not any(looks(watcher))  # neither can be read
