"""What a step leaves beside its files: what it rested on, and hashes of all that it read and made.

A file that is read is compared with the receipt of the step that made it, and so is what that step rested
on with what params.yaml and the code say now: a flipped bit, an edit by hand, or a checkpoint of other
values is never worked on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.base.errors import PipelineError
from pipeline.base.files import read_json, sha256, write_json
from pipeline.graph.needs import Book
from pipeline.graph.steps import Step

SHOWN = 3
KEYS = {"step", "needs", "inputs", "outputs", "platform"}


@dataclass(frozen=True)
class Receipt:
    """needs: as `Needs.plain` gives them. inputs, outputs: path → sha256. platform: what decides the bits."""

    step: str
    needs: dict[str, Any]
    inputs: dict[str, str]
    outputs: dict[str, str]
    platform: dict[str, Any]

    def write(self, path: Path) -> None:
        write_json(path, vars(self))


def read(step: Step) -> Receipt:
    """The receipt of a step. Raises PipelineError when there is none, or it is damaged or another step's."""
    missing = next((path for path in step.outputs if not path.exists()), None)
    if missing is not None:
        raise PipelineError(f"{missing} is missing: run `{step.command}` first.")
    if not step.receipt.exists():
        raise PipelineError(
            f"{step.receipt} is missing, so nothing tells what made {step.outputs[0]}: run "
            f"`{step.command}` again."
        )
    content = read_json(step.receipt)
    if not isinstance(content, dict) or set(content) != KEYS or content["step"] != step.name:
        raise PipelineError(f"{step.receipt} is damaged: delete it and run `{step.command}` again.")
    return Receipt(**content)


@dataclass
class Checker:
    """Compares receipts with files and with what params.yaml and the code say; hashes every file once."""

    book: Book
    hashes: dict[Path, str] = field(default_factory=dict)
    sound: dict[str, Receipt] = field(default_factory=dict)

    def check(self, step: Step) -> Receipt:
        """The receipt of a step whose outputs are what it made, with the needs that it has now.

        Raises PipelineError in one sentence otherwise.
        """
        if step.name in self.sound:
            return self.sound[step.name]
        receipt = read(step)
        for path in step.outputs:
            if receipt.outputs.get(str(path)) != self.hash(path):
                raise PipelineError(
                    f"{path} is not what `{step.command}` made: it was damaged or edited. Delete it and run "
                    "that again."
                )
        if changed := changes(receipt.needs, self.book.of(step.stage, step.key).plain()):
            raise PipelineError(
                f"{step.outputs[0]} was made from something else than there is now ({some(changed)}): run "
                f"`{step.command}` again."
            )
        self.sound[step.name] = receipt
        return receipt

    def check_current(self, step: Step) -> None:
        """Raises PipelineError unless a step's outputs were made from what there is now."""
        inputs, receipt = self.inputs(step), self.check(step)
        if receipt.inputs != inputs:
            raise PipelineError(f"{step.outputs[0]} was made from other files than there are now.")

    def hash(self, path: Path) -> str:
        if path not in self.hashes:
            self.hashes[path] = sha256(path)
        return self.hashes[path]

    def inputs(self, step: Step) -> dict[str, str]:
        """Path → sha256 of all that a step reads, each compared with what its maker left.

        Raises PipelineError as `check` does, and where one maker worked on other files than there are now.
        """
        receipts = {maker.name: (maker, self.check(maker)) for maker in step.makers}
        found = {path: digest for _, receipt in receipts.values() for path, digest in receipt.outputs.items()}
        for maker, receipt in receipts.values():
            for path, digest in receipt.inputs.items():
                if found.get(path, digest) != digest:
                    raise PipelineError(
                        f"{maker.outputs[0]} was made from another {path} than there is now: run "
                        f"`{maker.command}` again."
                    )
        return found


def changes(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """What differs between a job's needs then and now, in a few words each: values, files, versions."""
    return [text for part in now for text in _differences(before.get(part, {}), now[part], "")]


def _differences(before: Any, now: Any, path: str) -> Iterator[str]:
    if isinstance(before, dict) and isinstance(now, dict):
        for name in sorted({*before, *now}):
            inner = f"{path}.{name}" if path else name
            if name not in before or name not in now:
                yield f"{inner} is {'new' if name in now else 'gone'}"
            else:
                yield from _differences(before[name], now[name], inner)
    elif before != now:
        yield f"{path} was edited" if _is_hash(before) else f"{path} was {before!r} and is {now!r}"


def _is_hash(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 64


def some(names: list[str]) -> str:
    """A few names, and how many more there are."""
    listed = list(dict.fromkeys(names))
    rest = f" and {len(listed) - SHOWN} more" if len(listed) > SHOWN else ""
    return ", ".join(listed[:SHOWN]) + rest
