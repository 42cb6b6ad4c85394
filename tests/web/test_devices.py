"""Whose devices an administrator sees and revokes: those of his hall, or all. Source: docs/security.md, "Revoking"."""

from pathlib import Path

from queue_server.domain.hall import HallId
from queue_server.identity.model import Role
from tests.contract.house import Refused, problem_of
from tests.identity.examples import granted
from tests.web.doors import client_of, doors

LAMONGAN, BABAT = HallId("lamongan"), HallId("babat")


async def test_an_administrator_of_one_hall_sees_and_revokes_that_halls_alone(tmp_path: Path) -> None:
    """The control is one who belongs to every hall, and does what the first was refused."""
    async with doors(tmp_path) as (app, identity), client_of(app) as client:
        own, all_ = [
            {"Authorization": f"Bearer {granted(await identity.make_token(Role.ADMIN, hall, None, 'Ani'))}"}
            for hall in (LAMONGAN, None)
        ]
        kiosks = [
            granted(await identity.make_token(Role.KIOSK, hall, "kiosk-1")) for hall in (LAMONGAN, BABAT)
        ]
        seen = [
            {one["hall"] for one in (await client.get("/api/v1/devices", headers=headers)).json()["devices"]}
            for headers in (own, all_)
        ]
        other = identity.identify(kiosks[1], None)
        assert other is not None
        address = f"/api/v1/devices/{other.credential}"
        refused = await client.delete(address, headers=own)
        still = identity.identify(kiosks[1], None)
        done = await client.delete(address, headers=all_)

    assert [{"lamongan"}, {"lamongan", "babat", None}] == seen
    assert Refused(422, "INVALID") == problem_of(refused)
    assert other == still
    assert 200 == done.status_code


async def test_no_list_holds_what_opens_a_door(tmp_path: Path) -> None:
    """Tokens, links and the code of a device that waits: none stands in the answer, in clear or as it is kept."""
    async with doors(tmp_path) as (app, identity), client_of(app) as client:
        admin = granted(await identity.make_token(Role.ADMIN, None, None, "Ani"))
        kiosk = granted(await identity.make_token(Role.KIOSK, LAMONGAN, "kiosk-1"))
        link = granted(await identity.make_link(Role.KIOSK, LAMONGAN, "kiosk-1"))
        started = (await client.post("/api/v1/pairings", json={"wants": "page"})).json()
        answer = await client.get("/api/v1/devices", headers={"Authorization": f"Bearer {admin}"})
        hashes = [one.hash.hex() for one in identity._keeper.register.credentials.values()]

    assert 3 == len(answer.json()["devices"])
    assert 1 == len(answer.json()["waiting"])
    secrets = (
        admin,
        kiosk,
        link,
        started["code"],
        started["code"].replace("-", ""),
        started["secret"],
        *hashes,
    )
    assert [] == [secret for secret in secrets if secret in answer.text]
