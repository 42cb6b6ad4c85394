"""Screens, voices, kiosks and printers on the socket: what they report, and who of several is the one."""

from queue_server.domain.model import CallNo
from queue_server.wire.close_codes import CloseCode
from tests.live.rig import open_house, outcome, settled
from tests.live.virtual_time import played


def test_a_status_is_kept_while_the_device_is_there() -> None:
    """Never journaled, told to the staff, gone with the socket."""

    async def scenario() -> None:
        async with open_house() as house:
            seq = house.state.seq
            manager = await house.watch("manager", "manager")
            printer = await house.watch("printer", "p1")
            printer.say(type="status", status="paper_low", detail="x" * 300)
            await settled()
            said = house.hall.presence.snapshot().printers["p1"]  # type: ignore[index]  # an id
            printer.hang_up()
            await printer.gone()
            gone = house.hall.presence.snapshot().printers["p1"]  # type: ignore[index]  # an id
            await settled()
            told = [frame["state"]["printers"][0]["status"] for frame in manager.waiting_frames()]

            assert ("paper_low", "x" * 200, "offline") == (said.status, said.detail, gone.status)
            assert ["ready", "paper_low", "offline"] == told
            assert seq == house.state.seq

    played(scenario())


def test_a_status_of_nobody_in_particular_is_passed_over() -> None:
    """A phone is no device of the hall."""

    async def scenario() -> None:
        async with open_house() as house:
            phone = await house.watch("hall")
            phone.say(type="status", status="failed")
            await settled()

            assert phone.is_served
            assert {} == house.hall.presence.snapshot().screens

    played(scenario())


def test_a_call_is_shown_once_per_configured_screen() -> None:
    """Two pages of one screen are one, a page that is no screen of the zone is none. Source: contract, 5."""

    async def scenario() -> None:
        async with open_house() as house:
            pages = [
                await house.watch("display", "s1"),
                await house.watch("display", "s1"),
                await house.watch("display", "s1", zone="west"),
                await house.watch("display", "officer", zone="east"),
                await house.watch("display", "s2"),
            ]
            counts = []
            for page in pages:
                for count in range(2):
                    page.command("report_call", command_id=f"c{count}", call=1, what="shown")
                    await page.hear_next("outcome")
                counts.append(len(house.hall.presence.snapshot().shown.get(CallNo(1), ())))

            assert [1, 1, 1, 1, 2] == counts
            assert {"s1", "s2"} == house.hall.presence.snapshot().shown[CallNo(1)]

    played(scenario())


def test_shown_is_counted_in_memory_and_journals_nothing() -> None:
    """A hundred screens must not write a hundred rows a call. Source: contract, "counted in memory"."""

    async def scenario() -> None:
        async with open_house() as house:
            screen = await house.watch("display", "s1")
            seq = house.state.seq
            shown = await outcome(screen, "report_call", call=1, what="shown")

            assert (True, {}, seq) == (shown["accepted"], shown["result"], shown["seq"])
            assert seq == house.state.seq

    played(scenario())


def test_what_a_voice_reports_is_journaled() -> None:
    """`speaking` is granted once, `spoken` follows. Source: contract, 5."""

    async def scenario() -> None:
        async with open_house() as house:
            await house.open("c1")
            await house.take("one")
            await house.call("c1")
            voice = await house.watch("announcer", "s1")
            told = [
                await outcome(voice, "report_call", command_id=what, call=1, what=what)
                for what in ("speaking", "spoken")
            ]
            (call,) = house.state.calls["east"]  # type: ignore[index]  # an id

            assert [True, True] == [one["accepted"] for one in told]
            assert "spoken" == call.voice

    played(scenario())


def test_one_voice_is_granted_per_zone_and_passed_on_when_it_goes() -> None:
    """The first that came speaks; the next in line when it is gone, and is told at once. Source: contract, 5."""

    async def scenario() -> None:
        async with open_house() as house:
            voices = [await house.greet("announcer", token, zone="east") for token in ("s1", "s2", "officer")]
            elsewhere = await house.greet("announcer", "s3")
            granted = [(await voice.hear())["state"]["granted"] for voice in (*voices, elsewhere)]
            voices[1].hang_up()
            await voices[1].gone()
            quiet = voices[2].waiting_frames()
            voices[0].hang_up()
            await voices[0].gone()
            passed_on = await voices[2].hear()

            assert [True, False, False, True] == granted
            assert [] == quiet
            assert ("view", True) == (passed_on["type"], passed_on["state"]["granted"])

    played(scenario())


def test_the_silent_ones_follow_and_the_new_voice_goes_on_from_there() -> None:
    """All see each call; who takes over has the calls that are not yet spoken."""

    async def scenario() -> None:
        async with open_house() as house:
            await house.open("c1")
            first, second = [await house.watch("announcer", token, zone="east") for token in ("s1", "s2")]
            await house.take("one")
            await house.call("c1")
            seen = [(await voice.hear_next("view"))["state"] for voice in (first, second)]
            first.hang_up()
            await first.gone()
            over = (await second.hear_next("view"))["state"]
            await house.take("two")
            await house.call("c1")
            later = (await second.hear_next("view"))["state"]

            assert [(True, [1]), (False, [1])] == [
                (state["granted"], [call["call"] for call in state["calls"]]) for state in seen
            ]
            assert (True, [1]) == (over["granted"], [call["call"] for call in over["calls"]])
            assert (True, [1, 2]) == (later["granted"], [call["call"] for call in later["calls"]])

    played(scenario())


def test_a_newer_printer_agent_displaces_the_older() -> None:
    """It may be the same that came back before the hub noticed: the old socket is told and closed, not to return."""

    async def scenario() -> None:
        async with open_house() as house:
            older = await house.watch("printer", "p1")
            newer = await house.watch("printer", "p1")
            bye, code = await older.bye()
            await older.gone()
            await house.take("one", kiosk="k1")
            job = await newer.hear_next("view")

            assert (CloseCode.DISPLACED, CloseCode.DISPLACED, False) == (bye["code"], code, bye["retry"])
            assert ["j1"] == [one["job"] for one in job["state"]["jobs"]]
            assert "ready" == house.hall.presence.snapshot().printers["p1"].status  # type: ignore[index]  # an id

    played(scenario())


def test_two_pages_of_one_kiosk_or_screen_sit_together() -> None:
    """Only a printer must not be served twice."""

    async def scenario() -> None:
        async with open_house() as house:
            for view, token in (("kiosk", "k1"), ("display", "s1"), ("counter", "officer")):
                more = {"counter": "c1"} if view == "counter" else {}
                pages = [await house.watch(view, token, **more) for _ in range(2)]
                await settled()

                assert [True, True] == [page.is_served for page in pages]

    played(scenario())
