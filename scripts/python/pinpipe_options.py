"""The command lines of our Python programs: what they take, and how they say misuse, is what the tools do (lib/cli).

argparse has the declarations and prints the help. The words are read here: --x=VALUE and --x VALUE, options anywhere
before --, and no value is empty. pinpipe_values has types of values.

Nothing here needs more than Python 3.9 and its library.
"""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Iterable
from typing import IO, Any, NoReturn

from pinpipe_io import Output, die, die_of_misuse, say
from pinpipe_values import shown

UNSET = "if a variable was meant to be there, it is not set"


class Misuse(Exception):
    """What is wrong with a command line, and what to do."""

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.hint = hint


def did_you_mean(word: str, names: Iterable[str], otherwise: str = "") -> str:
    likeness = 0.6 if len(word) < 8 else 0.75  # one letter is much of a short word
    near = difflib.get_close_matches(word, list(names), 1, likeness)
    return f"did you mean '{near[0]}'?" if near else otherwise


def one_of(words: list[str]) -> str:
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


class Reader:
    """Words, as argparse takes them without a complaint: --x=VALUE, and the arguments behind --. Raises: Misuse."""

    def __init__(self, parser: argparse.ArgumentParser, words: list[str]) -> None:
        self.parser, self.words = parser, words
        self.known: dict[str, argparse.Action] = parser._option_string_actions
        self.given: dict[argparse.Action, str] = {}  # and how its long name is
        self.options: list[str] = []
        self.arguments: list[str] = []

    def read(self) -> list[str]:
        while self.words:
            word = self.words.pop(0)
            if word == "--":
                self.arguments += self.words
                break
            if word.startswith("--"):
                self.take(word.partition("=")[0], word, word.partition("=")[2] if "=" in word else None)
            elif len(word) > 1 and word.startswith("-"):
                self.take_letters(word)
            else:
                self.arguments.append(word)
        self.check_arguments()
        self.check_together()
        return [*self.options, *(["--", *self.arguments] if self.arguments else [])]

    def take(self, name: str, word: str, value: str | None) -> None:
        action = self.known.get(name)
        if action is None:
            names = (name for name, one in self.known.items() if name.startswith("--") and one.help != argparse.SUPPRESS)
            raise Misuse(f"unknown option '{word}'", did_you_mean(name, names))
        long_name = next((each for each in action.option_strings if each.startswith("--")), name)
        self.given[action] = long_name
        if action.nargs == 0:
            if value is not None:
                raise Misuse(f"{name} takes no value")
            self.options.append(long_name)
            return
        if value is None:
            value = self.next_word(name, long_name, action)
        if not value:
            raise Misuse(f"{name} is empty", UNSET)
        self.check(long_name, action, value)
        self.options.append(f"{long_name}={value}")

    def take_letters(self, word: str) -> None:
        """One or more, the last of which may have a value."""
        for at in range(1, len(word)):
            name, rest = f"-{word[at]}", word[at + 1 :]
            if name in self.known and self.known[name].nargs != 0:
                return self.take(name, word, rest or None)
            self.take(name, word, None)

    def next_word(self, name: str, long_name: str, action: argparse.Action) -> str:
        if not self.words:
            raise Misuse(f"{name} needs a value: {action.metavar or action.dest.upper()}")
        value = self.words.pop(0)
        if value.partition("=")[0] in self.known:
            raise Misuse(f"{name} needs a value, and '{value}' is an option", f"if it is meant, write {long_name}='{value}'")
        return value

    @staticmethod
    def check(name: str, action: argparse.Action, value: str) -> None:
        try:
            if callable(action.type):
                action.type(value)
        except argparse.ArgumentTypeError as bad:
            raise Misuse(f"{name} {bad}", getattr(bad, "hint", "")) from None
        if action.choices and value not in action.choices:
            words = list(map(str, action.choices))
            raise Misuse(f"{name} must be {one_of(words)}, not {shown(value)}", did_you_mean(value, words))

    def check_arguments(self) -> None:
        if "" in self.arguments:
            raise Misuse("an argument is empty", UNSET)
        places = [action for action in self.parser._actions if not action.option_strings]
        for number, action in enumerate(places):
            if action.nargs in (None, "+") and number >= len(self.arguments):
                raise Misuse(f"no {action.metavar or action.dest}")
        if len(self.arguments) > len(places) and all(action.nargs in (None, "?") for action in places):
            raise Misuse(f"unexpected argument '{self.arguments[len(places)]}'")

    def check_together(self) -> None:
        for action in self.parser._actions:
            if action.required and action.option_strings and action not in self.given:
                raise Misuse(f"no {action.option_strings[0]}")
        for group in self.parser._mutually_exclusive_groups:
            names = [self.given[action] for action in group._group_actions if action in self.given]
            if len(names) > 1:
                raise Misuse(f"{names[1]} excludes {names[0]}")


class ArgumentParser(argparse.ArgumentParser):
    """The help of a program is its docstring, whose first line is its usage unless there is another."""

    def __init__(self, tool: str, text: str, usage: str = "", **more: Any) -> None:
        first, _, description = text.partition("\n\n")
        super().__init__(
            tool, usage=usage or first, description=text if usage else description, add_help=False,
            formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False, **more,
        )  # fmt: skip
        self.tool = tool
        self.add_argument("-h", "--help", action="help", help="this text")

    def parse_args(self, args: list[str] | None = None, namespace: Any = None) -> Any:
        words = list(sys.argv[1:] if args is None else args)
        if {"-h", "--help"} & set(words[: words.index("--")] if "--" in words else words):
            self.print_help()
            sys.exit(0)
        try:
            read = Reader(self, words).read()
        except Misuse as misuse:
            die_of_misuse(self.tool, misuse, misuse.hint)
        return super().parse_args(read, namespace)

    def refuse(self, message: str, hint: str = "") -> NoReturn:
        """Ends for misuse that no option alone can tell."""
        die_of_misuse(self.tool, message, hint)

    def error(self, message: str) -> NoReturn:
        self.refuse(message)

    def _print_message(self, message: str, file: IO[str] | None = None) -> None:
        if file is sys.stderr:
            return say(message.rstrip("\n"))
        try:
            output = Output()
            output.write(message.encode())
            output.close()
        except OSError as error:
            die(self.tool, error)
