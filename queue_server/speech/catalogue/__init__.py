"""The languages that the hall can speak: one file each, found by being here.

A new language is one new module in this folder that holds a `CATALOGUE`; nothing else changes.
"""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from queue_server.speech.grammar import Catalogue


@cache
def catalogues() -> Mapping[str, Catalogue]:
    """All catalogues by language code. Read at the first question, not at import."""
    found = (import_module(f"{__name__}.{module.name}").CATALOGUE for module in iter_modules(__path__))
    return MappingProxyType({catalogue.language: catalogue for catalogue in found})
