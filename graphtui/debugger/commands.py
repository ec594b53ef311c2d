"""The one table of commands, from which keys, prompt, palette, headless mode and help are made.

A row names a method of `DebugSession`; nothing else lists commands or keys. How words become
arguments is for `command_text`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from graphtui.debugger.chapters.informing import INFO
from graphtui.debugger.command_text import Argument, Command, read_arguments, split_command
from graphtui.debugger.kept.keeping import PYTEST
from graphtui.debugger.reply import Reply, reply_of
from graphtui.debugger.session import DebugSession
from graphtui.errors import CommandError, nearest
from graphtui.graph.wording import quoted

__all__ = ["COMMANDS", "Argument", "Command", "find_command", "perform", "perform_words"]


def _help(session: DebugSession, command: str | None = None) -> str:
    if command is None:
        return "\n".join(f"{row.usage:<36} {row.help}" for row in COMMANDS)
    row = find_command(command)
    return f"{row.usage}: {row.help}"


_COUNT = (Argument("n", "count"),)
_NODE = Argument("node", "node", required=True)
_HERE = Argument("node", "node")
_WHICH = Argument("number", "which", required=True)

COMMANDS: tuple[Command, ...] = (
    Command(
        "step", DebugSession.step, "carry out the next task", ("n", "right"), ("next", "n"), _COUNT
    ),
    Command(
        "back", DebugSession.step_back, "undo the last step", ("p", "left"), ("prev", "p"), _COUNT
    ),
    Command(
        "continue", DebugSession.resume, "go on to the next stop, or to the end", ("c",), ("c",)
    ),
    Command(
        "reverse-continue",
        DebugSession.reverse_resume,
        "go back to the previous stop, or to the start",
        ("C",),
        ("rc",),
    ),
    Command(
        "until",
        DebugSession.run_until,
        "run until that node's task is done",
        ("u",),
        arguments=(_NODE, Argument("phase", "phase")),
    ),
    Command(
        "into", DebugSession.into, "carry out the next task; open the group that it is in", ("s",)
    ),
    Command("out", DebugSession.out, "finish the group of the last step", ("o",), ("finish",)),
    Command("forward", DebugSession.finish_forward, "go to the end of the forward pass", ("f",)),
    Command("backward", DebugSession.finish_backward, "go to the end of the backward pass", ("B",)),
    Command("restart", DebugSession.restart, "go to the start of the timeline", ("R",)),
    Command(
        "seek",
        DebugSession.seek,
        "stand right after that step",
        arguments=(Argument("step", "step", required=True),),
    ),
    Command("goto", DebugSession.go_to, "look at a node", ("g",), arguments=(_NODE,)),
    Command(
        "find",
        DebugSession.find,
        "look at the next node of which all holds: TEXT, op:OP, group:G, shape:3x*, is:nan",
        ("/",),
        arguments=(Argument("text", "query"),),
        opens_prompt=True,
    ),
    Command("find-next", DebugSession.find_next, "look at the next match", (">",)),
    Command("find-previous", DebugSession.find_previous, "look at the match before", ("<",)),
    Command("find-off", DebugSession.find_off, "take the marks of what was found away"),
    Command(
        "input",
        DebugSession.input,
        "look at an input of the node: the first, or that of the number",
        (",",),
        arguments=_COUNT,
    ),
    Command(
        "consumer",
        DebugSession.consumer,
        "look at a node that reads this one",
        (".",),
        ("reader",),
        _COUNT,
    ),
    Command(
        "sibling",
        DebugSession.sibling,
        "look at the next input of the same node, or behind `consumer` at the next reader",
        (";",),
    ),
    Command(
        "earlier",
        DebugSession.earlier,
        "look at the node before, in the order of execution",
        ("{",),
        arguments=_COUNT,
    ),
    Command("later", DebugSession.later, "look at the node after it", ("}",), arguments=_COUNT),
    Command("look-back", DebugSession.look_back, "look where you looked before", ("ctrl+o",)),
    Command("look-forward", DebugSession.look_forward, "look where `look-back` came from"),
    Command(
        "paths",
        DebugSession.paths,
        "light the paths from the node you look at to the loss, or no more",
        ("W",),
        arguments=(Argument("on|off", "choice", choices=("on", "off")),),
    ),
    Command(
        "around",
        DebugSession.around,
        "show only what is near the node you look at, HOPS boxes away; off shows everything",
        ("A",),
        arguments=(Argument("hops|off", "hops"),),
    ),
    Command(
        "fold",
        DebugSession.fold,
        "draw a group as one box, or open it; all folds every group",
        ("z",),
        arguments=(Argument("group|all", "group"),),
    ),
    Command(
        "unfold",
        DebugSession.unfold,
        "open a group; all opens every one",
        arguments=(Argument("group|all", "group"),),
    ),
    Command("enclose", DebugSession.enclose, "draw what is around the box as one box", ("Z",)),
    Command(
        "break",
        DebugSession.break_at,
        "stop there; without a word, set or clear it where you look",
        ("b",),
        arguments=(Argument("where", "place"),),
    ),
    Command(
        "log",
        DebugSession.log_at,
        "record an expression wherever it is hit, and go on",
        arguments=(Argument("expr [at where]", "expression", required=True),),
    ),
    Command(
        "edit",
        DebugSession.edit,
        "write a breakpoint or log anew",
        arguments=(
            Argument("number", "number", required=True),
            Argument("where", "place", required=True),
        ),
    ),
    Command("enable", DebugSession.enable, "let a breakpoint stop again", arguments=(_WHICH,)),
    Command(
        "disable", DebugSession.disable, "keep a breakpoint from stopping", arguments=(_WHICH,)
    ),
    Command("delete", DebugSession.remove, "take a breakpoint or log away", arguments=(_WHICH,)),
    Command(
        "catch",
        DebugSession.catch,
        "stop where trouble of that kind begins; off turns it off",
        arguments=(Argument("what", "catch"),),
    ),
    Command(
        "watch",
        DebugSession.watch,
        "show an expression at every stop",
        ("w",),
        arguments=(Argument("expr", "expression", required=True),),
    ),
    Command(
        "unwatch",
        DebugSession.unwatch,
        "take a watch away",
        arguments=(Argument("number", "watch", required=True),),
    ),
    Command(
        "why",
        DebugSession.why,
        "why is this gradient zero, missing, huge or NaN?",
        ("y",),
        arguments=(_HERE,),
    ),
    Command(
        "explain",
        DebugSession.explain,
        "words for the step; on has them at every step",
        ("x",),
        arguments=(Argument("on|off", "choice", choices=("on", "off")),),
    ),
    Command(
        "biography",
        DebugSession.biography,
        "the life of a NaN or infinity through both passes",
        ("Y",),
        ("bio",),
        (_HERE,),
    ),
    Command(
        "origin", DebugSession.origin, "go to where the NaN, or the answer of why, began", ("O",)
    ),
    Command("diff", DebugSession.diff, "what the last step changed, old and new", ("D",)),
    Command(
        "print",
        DebugSession.print,
        "the value of an expression",
        arguments=(Argument("expr", "expression", required=True),),
    ),
    Command(
        "tensor",
        DebugSession.tensor,
        "look into an array: a slice of it, numbers in a range, the largest first",
        ("t",),
        arguments=(Argument("expr [where range] [by order]", "array"),),
    ),
    Command(
        "jacobian",
        DebugSession.jacobian,
        "look at the Jacobian of an edge, or at an entry: [0, 3] [2] is ∂output[0, 3]/∂input[2]",
        arguments=(Argument("node.input", "edge"), Argument("entry", "entry")),
    ),
    Command(
        "profile",
        DebugSession.profile,
        "gradient, value, update, dead or saturated along depth, or by worst, largest, smallest",
        ("P",),
        arguments=(Argument("number [order] [rate r]", "profile"),),
    ),
    Command(
        "set",
        DebugSession.set,
        "change a value, a part of it, an attribute or an upstream gradient",
        ("e",),
        arguments=(Argument("target = expr", "edit", required=True),),
    ),
    Command("undo", DebugSession.undo, "take the last edit back", ("ctrl+z",)),
    Command("redo", DebugSession.redo, "make it again", ("ctrl+y",)),
    Command("rerun", DebugSession.rerun, "go on to where you stood before the edit", ("=",)),
    Command(
        "compare",
        DebugSession.compare,
        "hold this run against the one before the edit, or a FILE; off ends it",
        ("m",),
        arguments=(Argument("edit|file|off", "comparison"),),
    ),
    Command(
        "diverge",
        DebugSession.diverge,
        "go to where the compared runs first differ",
        ("M",),
        arguments=(Argument("phase", "phase"),),
    ),
    Command(
        "nudge",
        DebugSession.nudge,
        "move a value by h: what its gradient predicts, and what really comes",
        ("d",),
        arguments=(Argument("node h", "nudge"),),
    ),
    Command(
        "gradcheck",
        DebugSession.gradcheck,
        "local gradients against differences, where you stand; all checks the graph",
        ("k",),
        arguments=(Argument("node|all", "checked"),),
    ),
    Command(
        "info",
        DebugSession.info,
        "lists",
        ("I",),
        arguments=(Argument("what", "choice", required=True, choices=tuple(INFO)),),
    ),
    Command(
        "save",
        DebugSession.save,
        "write the session to a file, to open it again",
        ("S",),
        arguments=(Argument("file", "file"),),
    ),
    Command(
        "save-log",
        DebugSession.save_log,
        "write what was recorded to a file, as CSV",
        arguments=(Argument("file", "file", required=True),),
    ),
    Command(
        "save-array",
        DebugSession.write_array,
        "write an array to a .npy file",
        arguments=(Argument("expr to file", "saving", required=True),),
    ),
    Command(
        "export",
        DebugSession.export,
        "write the picture: .txt .svg .html .dot .mmd .json; or what is wrong, as a red test",
        ("X",),
        arguments=(
            Argument("file", "export", required=True, form=f"FILE|{PYTEST}"),
            Argument("more", "file", form="FILE|light|dark"),
        ),
    ),
    Command(
        "help",
        _help,
        "everything on the screen, explained",
        ("?",),
        arguments=(Argument("command", "command"),),
    ),
    Command("quit", DebugSession.close, "leave", ("q",), ("exit",)),
)
"""Every command, in the order in which help shows them."""

_BY_NAME: Mapping[str, Command] = {
    name: command for command in COMMANDS for name in (command.name, *command.aliases)
}


def find_command(name: str) -> Command:
    """The row called `name`, or by an alias.

    Raises:
        CommandError: there is none; the message gives the nearest.
    """
    if name not in _BY_NAME:
        hint = nearest(name, _BY_NAME) or " `help` lists them."
        raise CommandError(f"{quoted(name)} is not a command.{hint}")
    return _BY_NAME[name]


def perform(session: DebugSession, text: str) -> Reply:
    """What the session answers to a typed command, such as `until h backward`.

    Raises:
        CommandError: it was refused; the session is as it was.
    """
    name, rest = split_command(text)
    command = find_command(name)
    return reply_of(command.call(session, *read_arguments(command, rest)))


def perform_words(session: DebugSession, name: str, words: Sequence[str]) -> Reply:
    """What the session answers to a command whose arguments came as separate words.

    Raises:
        CommandError: it was refused; the session is as it was.
    """
    command = find_command(name)
    return reply_of(command.call(session, *read_arguments(command, words)))
