"""Valid blocks of every kind that the schema has, made from its fields, so that a new kind is among them."""

from __future__ import annotations

import contextlib
import types
from collections.abc import Iterator
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

# Fields whose values must agree with the rest of a run
FITTING: dict[str, Any] = {"dim": 3}
NUMBERS: dict[type, Any] = {int: 2, float: 0.5, bool: False, str: "a"}


def kinds(union: Any) -> dict[str, type[BaseModel]]:
    """kind → class, of a union of blocks told apart by `kind`."""
    return {get_args(block.model_fields["kind"].annotation)[0]: block for block in _members(union)}


def smallest(block: type[BaseModel], **fitting: Any) -> dict[str, Any]:
    """A block with a value for every field that needs one: the first choice, or a small number."""
    fitting = FITTING | fitting
    return {
        name: fitting[name] if name in fitting else _value(field.annotation, fitting)
        for name, field in block.model_fields.items()
        if field.is_required()
    }


def variants(block: type[BaseModel], **fitting: Any) -> Iterator[dict[str, Any]]:
    """The smallest block, and that with each other choice of each field that the schema allows."""
    least = smallest(block, **fitting)
    yield least
    for name, field in block.model_fields.items():
        for choice in _choices(field.annotation, FITTING | fitting)[1:]:
            with contextlib.suppress(ValidationError):
                block.model_validate(least | {name: choice})
                yield least | {name: choice}


def _value(annotation: Any, fitting: dict[str, Any]) -> Any:
    annotation = _plain(annotation)
    if choices := _choices(annotation, fitting):
        return choices[0]
    if get_origin(annotation) is list:
        return [_value(get_args(annotation)[0], fitting)] * 2
    return NUMBERS[annotation]


def _choices(annotation: Any, fitting: dict[str, Any]) -> list[Any]:
    """What a field of a few named values or of a few kinds of block may be."""
    annotation = _plain(annotation)
    if get_origin(annotation) is Literal:
        return list(get_args(annotation))
    members = _members(annotation)
    if members and all(isinstance(member, type) and issubclass(member, BaseModel) for member in members):
        return [smallest(member, **fitting) for member in members]
    return [None, *(_value(m, fitting) for m in members if m is not type(None))] if len(members) > 1 else []


def _members(union: Any) -> tuple[Any, ...]:
    union = _plain(union)
    return get_args(union) if get_origin(union) in (types.UnionType, Union) else (union,)


def _plain(annotation: Any) -> Any:
    """A type without its bounds."""
    return get_args(annotation)[0] if hasattr(annotation, "__metadata__") else annotation
