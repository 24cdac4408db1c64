"""A YAML 1.2 file as plain values; every mistake is told with its line and column.

libyaml parses, which is ten times as fast as Python; ruamel's YAML 1.2 table says what a scalar is, since
its own C loader would read by YAML 1.1.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml.cyaml import CParser
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.resolver import BaseResolver, implicit_resolvers

from pipeline.base.errors import PipelineError, nearest

# Aliases written out; the largest suite has 30,000 nodes.
MOST_NODES = 1_000_000
# libyaml's composer calls itself for every level, and no one catches it when the stack ends.
DEEPEST = 200
TAG = "tag:yaml.org,2002:"
BOOLEANS = {"true": True, "false": False}
BASES = {"0b": 2, "0o": 8, "0x": 16}


class _Parser(CParser, BaseResolver):
    """libyaml's parser with the scalars of YAML 1.2."""

    def __init__(self, text: str) -> None:
        CParser.__init__(self, text)
        BaseResolver.__init__(self, loadumper=self)
        self._parser = self._composer = self


for _versions, _tag, _pattern, _first in implicit_resolvers:
    if (1, 2) in _versions:
        _Parser.add_implicit_resolver_base(_tag, _pattern, _first)


class Mistake(Exception):
    """What is wrong with a file, and where: line and column count from 0."""

    def __init__(self, text: str, line: int = 0, column: int = 0) -> None:
        super().__init__(text)
        self.line, self.column = line, column


def read(path: Path) -> Any:
    """The values of a YAML file; None where there is none in it.

    Raises FileNotFoundError, and PipelineError with the file, line and column of a mistake.
    """
    content = _bytes(path)
    try:
        return parse(_decoded(content))
    except Mistake as mistake:
        place = f"{path}, line {mistake.line + 1}, column {mistake.column + 1}"
        raise PipelineError(f"{place}: {mistake}") from None


def parse(text: str) -> Any:
    """The values of a YAML text. Raises Mistake."""
    _refuse_depth(text)
    try:
        root = _Parser(text).get_single_node()
    except MarkedYAMLError as error:
        raise _mistake(error, text) from None
    except YAMLError as error:
        raise _unprintable(text, error) from None
    if root is None:
        return None
    try:
        _refuse_expansion(root)
        return _Values().of(root)
    except RecursionError:
        raise Mistake("the file is nested too deep: write fewer levels.") from None


def lines(text: str) -> dict[str, int]:
    """Dotted path of every key of a valid YAML text → the line, from 1, that its value stands in; what is
    inherited, by an alias or `<<`, has the line that it is inherited from."""
    found: dict[str, int] = {}

    def walk(node: Node, path: str) -> None:
        for key, value in node.value if isinstance(node, MappingNode) else ():
            if str(key.tag) == TAG + "merge":
                for block in reversed(value.value) if isinstance(value, SequenceNode) else [value]:
                    walk(block, path)
        for key, value in node.value if isinstance(node, MappingNode) else ():
            if str(key.tag) != TAG + "merge":
                inner = f"{path}.{key.value}" if path else str(key.value)
                for replaced in [one for one in found if one.startswith(f"{inner}.")]:
                    del found[replaced]
                found[inner] = value.start_mark.line + 1
                walk(value, inner)

    walk(_Parser(text).get_single_node(), "")
    return found


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise PipelineError(f"{path} cannot be read ({error.strerror}): make it a file that can.") from None


def _decoded(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line = before.count(b"\n")
        column = len(before[before.rfind(b"\n") + 1 :].decode(errors="replace"))
        raise Mistake(
            f"the byte 0x{content[error.start]:02x} is not UTF-8 (the file may be in Latin-1): save it as "
            "UTF-8.",
            line,
            column,
        ) from None


def _refuse_depth(text: str) -> None:
    """Raises Mistake where brackets, or dashes of one line, open more levels than anyone writes."""
    depth = 0
    for match in re.finditer(rf"[\[{{]|[\]}}]|^ *(?:[-?] +){{{DEEPEST}}}", text, re.MULTILINE):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(match[0], DEEPEST)
        if depth >= DEEPEST:
            line = text.count("\n", 0, match.start())
            column = match.start() - text.rfind("\n", 0, match.start()) - 1
            raise Mistake(f"blocks are nested {DEEPEST} deep here: write fewer levels.", line, column)


def _mistake(error: MarkedYAMLError, text: str) -> Mistake:
    """libyaml's problem in a sentence that says what to do."""
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return Mistake(f"this is not valid YAML ({error.problem}): correct it.")
    line, column = mark.line, mark.column
    lines = text.splitlines() or [""]
    written = lines[min(line, len(lines) - 1)]
    indentation = written[: len(written) - len(written.lstrip())]
    if "\t" in indentation or written[column : column + 1] == "\t":
        return Mistake("a tab, which YAML does not indent with: use spaces.", line, written.find("\t"))
    if error.problem == "found undefined alias":
        name = (re.match(r"\*([^\s,\]}]+)", written[column:]) or ["", ""])[1]
        anchors = re.findall(r"&([^\s,\]}]+)", "\n".join(lines[:line]))
        return Mistake(f"there is no anchor '&{name}' above; {nearest(name, anchors)}", line, column)
    if error.problem and "another document" in error.problem:
        return Mistake("a second document begins: keep one, without a line of dashes.", line, column)
    first = error.context_mark.line if error.context_mark else line
    since = f"; what it belongs to begins in line {first + 1}" if first != line else ""
    context = f" {error.context}" if error.context else ""
    return Mistake(
        f"this is not valid YAML ({error.problem}{context}): correct it here or just above{since}.",
        line,
        column,
    )


def _unprintable(text: str, error: YAMLError) -> Mistake:
    """A character that YAML does not allow; libyaml gives no place for it."""
    allowed = r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
    found = re.search(allowed, text)
    if found is None:
        return Mistake(f"this is not valid YAML ({' '.join(map(str, error.args))}): correct it.")
    before = text[: found.start()]
    return Mistake(
        f"the control character {found[0]!r} is not allowed in YAML: delete it.",
        before.count("\n"),
        len(before) - before.rfind("\n") - 1,
    )


def _refuse_expansion(root: Node) -> None:
    """Raises Mistake when aliases, written out, make too many values, or a block holds itself."""
    sizes: dict[int, int | None] = {}

    def size(node: Node) -> int:
        if isinstance(node, ScalarNode):
            return 1
        known = sizes.get(id(node), 0)
        if known is None:
            raise Mistake("this block holds itself by an alias: write it out.", *_place(node))
        if not known:
            sizes[id(node)] = None
            known = 1 + sum(size(child) for child in _children(node))
            if known > MOST_NODES:
                raise Mistake(
                    f"aliases repeat blocks until there are more than {MOST_NODES:,} values here: use fewer.",
                    *_place(node),
                )
            sizes[id(node)] = known
        return known

    size(root)


def _children(node: Node) -> Iterator[Node]:
    for child in node.value:
        if isinstance(child, tuple):
            yield from child
        else:
            yield child


def _place(node: Node) -> tuple[int, int]:
    return node.start_mark.line, node.start_mark.column


class _Values:
    """Plain values of nodes; a block that aliases share is made once."""

    def __init__(self) -> None:
        self._made: dict[int, Any] = {}

    def of(self, node: Node) -> Any:
        """Raises Mistake for a tag, key or number that a YAML file of plain values does not have."""
        if isinstance(node, ScalarNode):
            return scalar(node)
        if id(node) not in self._made:
            kind = "map" if isinstance(node, MappingNode) else "seq"
            if str(node.tag) != TAG + kind:
                raise _foreign(node)
            if isinstance(node, MappingNode):
                self._made[id(node)] = self._mapping(node)
            else:
                self._made[id(node)] = [self.of(child) for child in node.value]
        return self._made[id(node)]

    def _mapping(self, node: MappingNode) -> dict[Any, Any]:
        """Keys of merged blocks (`<<`) come first; the block's own replace their values."""
        merged: list[dict[Any, Any]] = []
        own: dict[Any, Any] = {}
        lines: dict[Any, int] = {}
        for key_node, value_node in node.value:
            key = self._key(key_node)
            if key in lines:
                raise Mistake(
                    f"the key '{key}' stands in line {lines[key] + 1} already: keep one of the two.",
                    *_place(key_node),
                )
            lines[key] = key_node.start_mark.line
            if str(key_node.tag) == TAG + "merge":
                merged = self._merged(value_node)
            else:
                own[key] = self.of(value_node)
        result: dict[Any, Any] = {}
        for block in (*merged, own):
            result |= block
        return result

    def _merged(self, node: Node) -> list[dict[Any, Any]]:
        """The blocks that `<<` names, the one whose values hold last."""
        blocks: Iterable[Node] = reversed(node.value) if isinstance(node, SequenceNode) else [node]
        return [self._block(block) for block in blocks]

    def _block(self, node: Node) -> dict[Any, Any]:
        if not isinstance(node, MappingNode):
            raise Mistake("<< takes a block, or a list of blocks, of keys: name its anchor.", *_place(node))
        found: dict[Any, Any] = self.of(node)
        return found

    def _key(self, node: Node) -> Any:
        if not isinstance(node, ScalarNode):
            raise Mistake("a key is a name, not a list or block: write a name.", *_place(node))
        return scalar(node)


def scalar(node: ScalarNode) -> Any:
    """The value of a scalar by YAML 1.2. Raises Mistake for what is neither text, number, truth nor null."""
    text, tag = node.value, str(node.tag).removeprefix(TAG)
    try:
        if tag in ("str", "merge", "value"):
            return text
        if tag == "null":
            return None
        if tag == "bool":
            return BOOLEANS[text.lower()]
        if tag == "int":
            return _integer(text.replace("_", "").lower())
        if tag == "float":
            return _finite(text, node)
    except (ValueError, KeyError):
        raise Mistake(f"'{text}' is no {tag}: correct it.", *_place(node)) from None
    if tag == "timestamp":
        raise Mistake(f"'{text}' reads as a date: put it in quotes.", *_place(node))
    raise _foreign(node)


def _integer(text: str) -> int:
    sign, digits = (-1, text[1:]) if text.startswith("-") else (1, text.removeprefix("+"))
    base = BASES.get(digits[:2], 10)
    return sign * int(digits[2:] if base != 10 else digits, base)


def _finite(text: str, node: ScalarNode) -> float:
    value = float(text.replace("_", "").lower().replace(".inf", "inf").replace(".nan", "nan"))
    if not math.isfinite(value):
        raise Mistake(f"'{text}' is not a finite number: write one that is.", *_place(node))
    return value


def _foreign(node: Node) -> Mistake:
    return Mistake(f"the tag '{node.tag}' is not known here: remove it.", *_place(node))
