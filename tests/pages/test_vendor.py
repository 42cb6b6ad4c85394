"""What is served and was not written here is what its manifest says."""

import hashlib
import tomllib

from queue_server.web.assets import STATIC_FOLDER

VENDOR = STATIC_FOLDER / "vendor"


def test_every_vendored_file_has_the_sum_of_its_manifest() -> None:
    """A changed byte, a forgotten entry or a file that nobody entered fails (style guide, "Pages")."""
    manifest = tomllib.loads((VENDOR / "MANIFEST.toml").read_text(encoding="utf-8"))
    told = {one["file"]: one["sha256"] for one in manifest["file"]}
    found = {
        path.relative_to(VENDOR).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.suffix not in {".toml", ".txt"} and path.is_file()
    }

    assert told == found


def test_every_vendored_file_names_its_package_version_and_licence() -> None:
    """Who uses the product can see what is in it and on which terms."""
    manifest = tomllib.loads((VENDOR / "MANIFEST.toml").read_text(encoding="utf-8"))

    for one in manifest["file"]:
        assert all(one[key] for key in ("package", "version", "licence", "path", "why")), one["file"]
    assert len(list(VENDOR.rglob("*.txt"))) == len({one["package"] for one in manifest["file"]})
