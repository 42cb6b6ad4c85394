"""Random values of any type on the wire, drawn from the type itself, so that no field is forgotten.

What is drawn keeps the type's own bounds (lengths, least and greatest, patterns), which is what a peer may send.
"""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from hypothesis import strategies as st
from msgspec import inspect

INT_MAX = 2**53
"""The greatest integer that JavaScript reads exactly."""

LENGTH_MAX = 64
"""Longest text that is drawn; the longest that is allowed is in the tables of `test_requests.py`."""

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-INT_MAX, INT_MAX) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
"""Any JSON value but fractions, which no field of ours holds."""


def anything_of(kind: Any) -> st.SearchStrategy[Any]:
    """Values of a struct, or of whatever a field may be annotated with."""
    return _of(inspect.type_info(kind))


def _of(info: Any) -> st.SearchStrategy[Any]:
    return _STRATEGIES[type(info)](info)


def _struct(info: inspect.StructType) -> st.SearchStrategy[Any]:
    required = {field.name: _of(field.type) for field in info.fields if field.required}
    optional = {field.name: _of(field.type) for field in info.fields if not field.required}
    fields = st.fixed_dictionaries(required, optional=optional)
    return fields.map(lambda drawn: _made(info.cls, drawn)).filter(lambda made: made is not None)


def _text(info: inspect.StrType) -> st.SearchStrategy[str]:
    if info.pattern is not None:
        return st.from_regex(info.pattern, fullmatch=True)
    return st.text(min_size=info.min_length or 0, max_size=min(info.max_length or LENGTH_MAX, LENGTH_MAX))


def _whole(info: inspect.IntType) -> st.SearchStrategy[int]:
    return st.integers(-INT_MAX if info.ge is None else info.ge, INT_MAX if info.le is None else info.le)


def _made(kind: type[Any], kwargs: dict[str, Any]) -> Any:
    """The value; None where its fields do not go together."""
    try:
        return kind(**kwargs)
    except ValueError:
        return None


_STRATEGIES: Mapping[type[inspect.Type], Callable[[Any], st.SearchStrategy[Any]]] = {
    inspect.StructType: _struct,
    inspect.StrType: _text,
    inspect.IntType: _whole,
    inspect.BoolType: lambda _: st.booleans(),
    inspect.NoneType: lambda _: st.none(),
    inspect.LiteralType: lambda info: st.sampled_from(info.values),
    inspect.UnionType: lambda info: st.one_of([_of(one) for one in info.types]),
    inspect.ListType: lambda info: st.lists(_of(info.item_type), max_size=2),
    inspect.DictType: lambda info: st.dictionaries(_of(info.key_type), _of(info.value_type), max_size=2),
    inspect.AnyType: lambda _: JSON,
    inspect.RawType: lambda _: JSON.map(lambda value: msgspec.Raw(msgspec.json.encode(value))),
}
"""Every kind of field that the wire has; one that is missing here is a KeyError in its test."""
