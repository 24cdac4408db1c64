"""Which file draws a result or judges a claim: read off its decorator, so that no other is imported."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent


@cache
def results(paper: str) -> Mapping[str, str]:
    """Id of each result of a paper → the module with the function under `@result(paper, id, …)`.

    Raises SyntaxError when a file cannot be parsed.
    """
    return dict(_declared(ROOT / "results" / paper, "result", paper))


@cache
def claims(paper: str) -> Mapping[str, str]:
    """Id of each claim of a paper → the module with the function under `@claim(paper, id, …)`."""
    return dict(_declared(ROOT / "claims", "claim", paper))


def _declared(folder: Path, decorator: str, paper: str) -> Iterator[tuple[str, str]]:
    # Most files are not worth parsing.
    worth = re.compile(rf'^@{decorator}\(\s*"{re.escape(paper)}"', re.MULTILINE)
    for file in sorted(folder.glob("*.py")):
        text = file.read_text()
        if worth.search(text):
            module = ".".join(("pipeline", *file.relative_to(ROOT).with_suffix("").parts))
            yield from ((name, module) for name in _named(ast.parse(text), decorator, paper))


def _named(tree: ast.Module, decorator: str, paper: str) -> Iterator[str]:
    """The second argument of every `@decorator(paper, …)` on a function of the module."""
    for function in tree.body:
        for call in function.decorator_list if isinstance(function, ast.FunctionDef) else ():
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == decorator:
                first, second, *_ = (ast.literal_eval(argument) for argument in call.args)
                if first == paper:
                    yield second
