"""Who may import whom, as one table over the syntax trees of all modules. Source: the house style, "Layers"."""

import pytest

from tests.architecture.source_tree import imports, modules, own_imports

Q = "queue_server"
LEAVES = (Q, f"{Q}.errors", f"{Q}.clock", f"{Q}.config")
"""May be used by all but domain and wire; the package itself holds the version alone."""

PURE_IDENTITY = (f"{Q}.identity.model", f"{Q}.identity.permissions")
DOOR = (
    f"{Q}.domain", f"{Q}.wire", f"{Q}.views", f"{Q}.hub", f"{Q}.halls", f"{Q}.intake", f"{Q}.wishes",
    *PURE_IDENTITY, *LEAVES,
)  # fmt: skip
"""What both doors build on, live socket and HTTP."""

EVERYTHING = (f"{Q}.*",)
AGENT = (f"{Q}.link", f"{Q}.fetching", f"{Q}.pairing", f"{Q}.programs", f"{Q}.wire")

LAYERS: dict[str, tuple[str, ...]] = {
    f"{Q}.domain": (),
    f"{Q}.wire": (),
    f"{Q}.errors": (),
    f"{Q}.clock": (),
    f"{Q}.config": (f"{Q}.domain", f"{Q}.errors"),
    f"{Q}.calendar": (f"{Q}.domain", *LEAVES),
    f"{Q}.wishes": (f"{Q}.domain", *LEAVES),
    f"{Q}.timekeeper": (f"{Q}.domain", *LEAVES),
    f"{Q}.logs": LEAVES,
    f"{Q}.views": (f"{Q}.domain", f"{Q}.wire", f"{Q}.speech.phrases"),
    f"{Q}.postgres": LEAVES,
    f"{Q}.journal": (f"{Q}.domain", f"{Q}.postgres", *LEAVES),
    f"{Q}.speech": (f"{Q}.programs", *LEAVES),
    f"{Q}.speech.phrases": (f"{Q}.speech.catalogue", f"{Q}.speech.grammar"),
    f"{Q}.identity": (f"{Q}.domain", f"{Q}.postgres", *LEAVES),
    f"{Q}.identity.model": (f"{Q}.domain",),
    f"{Q}.identity.permissions": (f"{Q}.domain", f"{Q}.identity.model"),
    f"{Q}.deciding": (f"{Q}.domain", f"{Q}.journal.base", f"{Q}.timekeeper", f"{Q}.wishes", *LEAVES),
    f"{Q}.hub": (f"{Q}.domain", f"{Q}.deciding", f"{Q}.journal.base", f"{Q}.timekeeper", f"{Q}.wishes", *LEAVES),
    f"{Q}.directory": (f"{Q}.domain", f"{Q}.journal.base", *LEAVES),
    f"{Q}.halls": (
        f"{Q}.domain", f"{Q}.hub", f"{Q}.live.fanout", f"{Q}.live.presence", f"{Q}.wire.close_codes", *LEAVES,
    ),
    f"{Q}.opening": EVERYTHING,
    f"{Q}.hall_verbs": (f"{Q}.domain", f"{Q}.control", f"{Q}.directory", f"{Q}.halls", *LEAVES),
    f"{Q}.housekeeping": (
        f"{Q}.domain", f"{Q}.deciding", f"{Q}.directory", f"{Q}.hub", f"{Q}.halls", f"{Q}.journal.base", f"{Q}.wishes", *LEAVES,
    ),
    f"{Q}.intake": (f"{Q}.domain", f"{Q}.wire", f"{Q}.wishes", *PURE_IDENTITY, *LEAVES),
    f"{Q}.live": DOOR,
    f"{Q}.web": (*DOOR, f"{Q}.live", f"{Q}.journal.base", f"{Q}.identity.heads", f"{Q}.identity.places"),
    f"{Q}.tls": LEAVES,
    f"{Q}.address": (f"{Q}.domain", f"{Q}.tls", *LEAVES),
    f"{Q}.server": (f"{Q}.live", f"{Q}.wire", *LEAVES),
    f"{Q}.control": (f"{Q}.domain", *LEAVES),
    f"{Q}.fetching": (),
    f"{Q}.programs": (),
    f"{Q}.link": (f"{Q}.wire", f"{Q}.fetching"),
    f"{Q}.pairing": (f"{Q}.wire", f"{Q}.fetching", f"{Q}.link"),
    f"{Q}.backup": (f"{Q}.domain", f"{Q}.journal", f"{Q}.identity.file", *LEAVES),
    f"{Q}.replaying": (f"{Q}.domain", f"{Q}.journal", *LEAVES),
    f"{Q}.doctor": (f"{Q}.domain", f"{Q}.journal", f"{Q}.backup", f"{Q}.speech", f"{Q}.tls", *LEAVES),
    f"{Q}.compose": EVERYTHING,
    f"{Q}.verbs": EVERYTHING,
    f"{Q}.cli": (*EVERYTHING, "display_client", "ticket_printer"),
    f"{Q}.cli_halls": EVERYTHING,
    f"{Q}.cli_upkeep": EVERYTHING,
    f"{Q}.cli_tls": EVERYTHING,
    f"{Q}.cli_common": EVERYTHING,
    f"{Q}.cli_devices": EVERYTHING,
    f"{Q}.__main__": (f"{Q}.cli",),
    "display_client": AGENT,
    "ticket_printer": AGENT,
}  # fmt: skip
"""Part to the parts it may import, besides itself. The longest name that fits a module is its part."""

EXACT = {Q, f"{Q}.speech.phrases", f"{Q}.identity.model", f"{Q}.identity.permissions", f"{Q}.journal.base"}
"""Named without what lies below them."""

EXCEPTIONS = {
    (f"{Q}.web.auth", f"{Q}.identity.rules"),
    (f"{Q}.web.demo", f"{Q}.identity.store"),
    (f"{Q}.web.services", f"{Q}.identity.store"),
    (f"{Q}.web.services", f"{Q}.speech.service"),
    (f"{Q}.web.sessions", f"{Q}.identity.register"),
}
"""Importer and imported that the table forbids and the project still has: the pages name the classes that keep accounts
and speech, where a protocol would do. May only shrink."""

IMPURE = {
    "asyncio", "datetime", "http", "logging", "multiprocessing", "os", "pathlib", "queue", "random", "secrets",
    "select", "selectors", "shutil", "signal", "socket", "ssl", "structlog", "subprocess", "tempfile", "threading",
    "time", "urllib", "uuid", "zoneinfo",
}  # fmt: skip
"""Clock, chance, files, environment, network: a pure module is handed what it needs of them."""

PURE = (f"{Q}.domain", f"{Q}.wire", f"{Q}.views", f"{Q}.speech.phrases", f"{Q}.identity.permissions")


@pytest.mark.parametrize("module", sorted(set(modules()) - {Q}))
def test_a_module_imports_only_what_its_layer_may(module: str) -> None:
    """The table above, with the exceptions named one by one."""
    layer = _layer(module)
    granted = (f"{layer}.*", *LAYERS.get(layer, ()))
    forbidden = {
        name
        for name in own_imports(module)
        if not any(_fits(name, may, is_grant=True) for may in granted) and (module, name) not in EXCEPTIONS
    }

    assert set() == forbidden


def test_exceptions_are_still_needed() -> None:
    """What was put right leaves the list, so that it does not come back."""
    needed = {(module, name) for module, name in EXCEPTIONS if name in own_imports(module)}

    assert needed == EXCEPTIONS


@pytest.mark.parametrize("module", sorted(set(modules()) - {Q}))
def test_every_module_has_a_layer(module: str) -> None:
    """A new part of the hub gets its line in the table before its first import."""
    assert _layer(module) != ""


@pytest.mark.parametrize("module", sorted(m for m in modules() if any(m.startswith(pure) for pure in PURE)))
def test_pure_modules_touch_no_clock_no_chance_no_outside(module: str) -> None:
    """Plain values and functions of them: a test needs no fake for them."""
    roots = {name.partition(".")[0] for name in imports(module)}

    assert set() == roots & IMPURE


@pytest.mark.parametrize("module", sorted(modules()))
def test_imports_are_absolute_and_name_what_they_use(module: str) -> None:
    """No dots to count, no stars to guess."""
    names = list(imports(module))

    assert [] == [name for name in names if name.startswith(".") or name.endswith(".*")]


def test_agents_know_nothing_of_each_other_or_of_the_hub() -> None:
    """An agent runs on another machine: what it shares with the hub is the wire."""
    for module in modules():
        part = module.partition(".")[0]
        others = {name.partition(".")[0] for name in own_imports(module)} - {part}

        assert part == Q or others <= {Q}


def _layer(module: str) -> str:
    """The part of a module; empty where the table has no line for it."""
    return max((part for part in LAYERS if _fits(module, part)), key=len, default="")


def _fits(module: str, part: str, *, is_grant: bool = False) -> bool:
    """Whether a module belongs to a part; what is granted by a name in `EXACT` is that module alone."""
    if is_grant and part in EXACT:
        return module == part
    part = part.removesuffix(".*")
    return module == part or module.startswith(f"{part}.")
