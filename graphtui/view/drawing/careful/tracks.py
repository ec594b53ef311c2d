"""The tracks of one gap between ranks: runs never share a cell, and cross as little as can be.

Where no order of tracks can keep the pieces apart, a run takes a bend over a free row. Which wires
are straight was decided by `rows`. Named as for a drawing that flows to the right.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Net(NamedTuple):
    """One value in one gap: the row on which it enters and the rows on which it leaves."""

    left: int
    rights: tuple[int, ...]


class Run(NamedTuple):
    """The track of a net, counted from the left; -1 where it needs none."""

    track: int
    bend: tuple[int, int] | None = None
    """Track and row of the bend before it."""


class _Piece(NamedTuple):
    """A vertical run that waits for its track."""

    net: int
    left: int
    rights: tuple[int, ...]
    top: int
    bottom: int


def assign(nets: Sequence[Net]) -> list[Run]:
    """The run of each net. Rows must differ among the left ends, and among the right ends.

    >>> assign([Net(1, (1,)), Net(3, (7,)), Net(5, (9,))])
    [Run(track=-1, bend=None), Run(track=1, bend=None), Run(track=0, bend=None)]
    """
    bends = _bends(nets)
    pieces: list[_Piece] = []
    for index, net in enumerate(nets):
        if net.rights == (net.left,):
            continue
        if index in bends:
            pieces.append(_piece(index, net.left, (bends[index],)))
            pieces.append(_piece(index, bends[index], net.rights))
        else:
            pieces.append(_piece(index, net.left, net.rights))
    runs = [Run(-1)] * len(nets)
    tracks = _tracks(pieces)
    for piece, track in zip(pieces, tracks, strict=True):
        if runs[piece.net].track < 0:
            runs[piece.net] = Run(track)
        else:
            runs[piece.net] = Run(track, (runs[piece.net].track, bends[piece.net]))
    return runs


def _piece(net: int, left: int, rights: tuple[int, ...]) -> _Piece:
    return _Piece(net, left, rights, min(left, *rights), max(left, *rights))


def _bends(nets: Sequence[Net]) -> dict[int, int]:
    """For one net of every cycle the free row over which it bends.

    A net whose left row is a right row of another must run to the left of it. Everybody has at most
    one such neighbour, so that cycles are simple, and one bend opens a cycle.
    """
    owner = {row: index for index, net in enumerate(nets) for row in net.rights}
    busy = {net.left for net in nets} | owner.keys()
    bends: dict[int, int] = {}
    state = [0] * len(nets)  # 0 new, 1 on this walk, 2 done
    for start in range(len(nets)):
        walk: list[int] = []
        index: int | None = start
        while index is not None and not state[index]:
            state[index] = 1
            walk.append(index)
            following = owner.get(nets[index].left)
            index = None if following == index else following
        if index is not None and state[index] == 1:
            net = min(walk[walk.index(index) :], key=lambda i: len(nets[i].rights))
            ends = (nets[net].left, *nets[net].rights)
            bends[net] = _free_row((min(ends) + max(ends)) // 2, busy)
            busy.add(bends[net])
        for index in walk:
            state[index] = 2
    return bends


def _free_row(near: int, busy: set[int]) -> int:
    """The row nearest to `near` that is not busy."""
    away = 0
    while True:
        for row in (near - away, near + away):
            if row >= 0 and row not in busy:
                return row
        away += 1


def _tracks(pieces: list[_Piece]) -> list[int]:
    """The track of each piece: as far to the left as the pieces that should be left of it allow."""
    must, price = _precedence(pieces)
    waits = [0] * len(pieces)
    regret = [0] * len(pieces)
    for index in range(len(pieces)):
        for other in must[index]:
            waits[other] += 1
        for other, saved in price[index].items():
            regret[other] += saved
    tracks = [-1] * len(pieces)
    waiting = list(range(len(pieces)))
    after = [0] * len(pieces)
    filled: list[list[tuple[int, int]]] = []
    while waiting:
        ready = (i for i in waiting if not waits[i])
        index = min(ready, key=lambda i: (regret[i], pieces[i].bottom - pieces[i].top, i))
        waiting.remove(index)
        piece, track = pieces[index], after[index]
        while track < len(filled) and any(
            piece.top <= bottom and top <= piece.bottom for top, bottom in filled[track]
        ):
            track += 1
        if track == len(filled):
            filled.append([])
        filled[track].append((piece.top, piece.bottom))
        tracks[index] = track
        for other in must[index]:
            waits[other] -= 1
            after[other] = max(after[other], track + 1)
        for other, saved in price[index].items():
            regret[other] -= saved
            after[other] = max(after[other], track + 1)
    return tracks


def _precedence(pieces: list[_Piece]) -> tuple[list[list[int]], list[dict[int, int]]]:
    """For each piece those that must run to its right, and those that had better."""
    must: list[list[int]] = [[] for _ in pieces]
    price: list[dict[int, int]] = [{} for _ in pieces]
    by_top = sorted(range(len(pieces)), key=lambda i: (pieces[i].top, i))
    for place, i in enumerate(by_top):
        a = pieces[i]
        for j in by_top[place + 1 :]:
            b = pieces[j]
            if b.top > a.bottom:
                break
            if a.net == b.net:
                must[min(i, j)].append(max(i, j))
            elif a.left in b.rights:
                must[i].append(j)
            elif b.left in a.rights:
                must[j].append(i)
            else:
                saved = _crossings(b, a) - _crossings(a, b)
                if saved > 0:
                    price[i][j] = saved
                elif saved < 0:
                    price[j][i] = -saved
    return must, price


def _crossings(a: _Piece, b: _Piece) -> int:
    """How often the two cross when `a` runs to the left of `b`."""
    return (a.top < b.left < a.bottom) + sum(b.top < row < b.bottom for row in a.rights)
