"""What no line of the three packages does: run text as code, start a shell, unpack objects, hash with what is broken.

A walk over syntax trees, not over behaviour: it shows that the tool is not in the house. Source: ASVS 5.0, 1.2.5, 1.3.2,
1.5.1, 11.3.1, 11.4.1.
"""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.architecture.source_tree import ROOT, imports, modules

CODE_FROM_TEXT = {"eval", "exec", "compile", "__import__"}

SHELLS = {"system", "popen", "create_subprocess_shell", "getoutput", "getstatusoutput"}
"""Of os, subprocess and asyncio; `shell=True` is looked for beside them."""

UNPACKERS = {"pickle", "marshal", "shelve", "yaml", "dill", "xml", "lxml", "xmlrpc", "plistlib"}
"""Modules that make objects, or follow references, from what they are given."""

CIPHERS = {"cryptography.hazmat.primitives.ciphers", "Crypto", "nacl", "cryptography.fernet"}
"""What would encrypt by itself: there is TLS, and nothing else that needs a mode or a padding."""

BROKEN_HASHES = {"md5", "sha1", "MD5", "SHA1"}

JS = re.compile(
    r"\beval\s*\(|\bnew Function\b|\.(?:inner|outer)HTML\b|insertAdjacentHTML|document\.write|dangerouslySet"
)


def faults(tree: ast.AST) -> Iterator[str]:
    """The calls of a syntax tree that run text as code, start a shell, or hash with what is broken."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        if isinstance(called, ast.Name) and called.id in CODE_FROM_TEXT:
            yield called.id
        if isinstance(called, ast.Attribute) and called.attr in SHELLS | BROKEN_HASHES:
            yield called.attr
        yield from (
            "shell=True"
            for word in node.keywords
            if word.arg == "shell"
            and not isinstance(word.value, ast.Call)
            and getattr(word.value, "value", True)
        )


@pytest.mark.parametrize("module", sorted(modules()))
def test_no_text_is_run_as_code_or_by_a_shell_and_no_broken_hash_is_used(module: str) -> None:
    """Programs are started with a list of words; what is hashed is hashed with SHA-256 or argon2id."""
    assert [] == list(faults(modules()[module]))


@pytest.mark.parametrize("module", sorted(modules()))
def test_no_module_unpacks_objects_reads_xml_or_encrypts_by_itself(module: str) -> None:
    """Everything that comes in is JSON or TOML, read into declared shapes; what is encrypted, TLS encrypts."""
    named = set(imports(module))

    assert set() == {name for name in named if name.partition(".")[0] in UNPACKERS}
    assert set() == {name for name in named if any(name.startswith(cipher) for cipher in CIPHERS)}


def test_no_script_of_ours_makes_markup_or_code_from_text() -> None:
    """Preact sets text as text; nothing goes around it."""
    scripts = list((ROOT / "queue_server/web/static/js").rglob("*.js"))
    found = {path.name: JS.findall(path.read_text(encoding="utf-8")) for path in scripts}

    assert len(scripts) >= 50
    assert {} == {name: hits for name, hits in found.items() if hits}


def test_the_walk_sees_what_it_looks_for() -> None:
    """The control: each of them in a line of its own."""
    lines = (
        "eval(x)",
        "exec(x)",
        "os.system(x)",
        "subprocess.run(x, shell=True)",
        "hashlib.md5(x)",
        "hashes.SHA1()",
    )

    assert all(list(faults(ast.parse(line))) for line in lines)
    assert [] == list(faults(ast.parse("subprocess.run([x], shell=False)")))
    assert JS.search("node.innerHTML = x")
