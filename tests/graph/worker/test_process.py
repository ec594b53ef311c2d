"""What a worker process needs in order to begin."""

from __future__ import annotations

import os

import graphtui
from graphtui.graph.worker.process import ROOT


def test_the_package_is_found_where_the_worker_looks_for_it() -> None:
    assert os.path.samefile(os.path.join(ROOT, "graphtui"), os.path.dirname(graphtui.__file__))
