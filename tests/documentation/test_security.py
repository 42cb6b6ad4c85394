"""docs/security.md tells of the permissions, the limits and the headers that hold."""

from queue_server.identity.model import Identity, Role
from queue_server.identity.permissions import PERMISSIONS, refusal_for
from queue_server.web.limits import LIMITS
from queue_server.web.shell import CONTENT_SECURITY_POLICY
from tests.documentation.markdown import blocks, codes, rows

PAGE = "docs/security.md"


def test_the_matrix_of_permissions_is_the_one_that_holds() -> None:
    """Every operation against everyone, asked of the function that the doors ask."""
    described = {codes(row[0])[0]: row[1:] for row in rows(PAGE, "Roles and permissions", "operation")}
    askers = [None, *Role]

    assert {
        operation: ["yes" if _may(role, operation) else "" for role in askers] for operation in PERMISSIONS
    } == described


def test_the_limits_are_those_that_hold() -> None:
    """Before the configuration has its say."""
    described = {codes(row[0])[0]: (row[2], row[3]) for row in rows(PAGE, "Limits", "limit")}

    assert {
        limit.value: (str(rule.burst), f"{rule.refill_ms} ms") for limit, rule in LIMITS.items()
    } == described


def test_the_content_security_policy_is_the_one_that_is_sent() -> None:
    """Word for word."""
    assert CONTENT_SECURITY_POLICY + "\n" in blocks(PAGE)


def _may(role: Role | None, operation: str) -> bool:
    return refusal_for(Identity(actor="someone", role=role), operation) is None  # type: ignore[arg-type]  # any actor
