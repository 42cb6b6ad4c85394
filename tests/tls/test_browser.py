"""A real Chromium over https: it signs in, keeps the cookie that only TLS may set, and is told over wss."""

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from playwright.sync_api import Error, Page, WebSocket

from queue_server import control
from tests.end_to_end.hubs import API, HALL
from tests.pages.gallery import chromium
from tests.tls.houses import TlsHub, tls_hub

pytestmark = pytest.mark.browser

WITHIN_MS = 30_000


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TlsHub]:
    with tls_hub(tmp_path_factory.mktemp("house")) as running:
        yield running


def test_a_kiosk_signs_in_and_is_told_over_tls(house: TlsHub) -> None:
    """Link, cookie, page, socket; a ticket that somebody else takes arrives as a view.

    The option makes the browser believe this one certificate, as if the root were in its store, which is the machine's.
    """
    with chromium(
        f"--ignore-certificate-errors-spki-list={_key_hash(house.hub.data / 'tls/server.pem')}"
    ) as one:
        _sign_in_and_listen(house, one.new_page())


def test_a_browser_that_does_not_know_the_root_opens_nothing(house: TlsHub) -> None:
    """The control: the same address without the word to believe it."""
    with chromium() as stranger:
        page = stranger.new_page()
        with pytest.raises(Error, match="ERR_CERT_AUTHORITY_INVALID"):
            page.goto(house.url)


def _sign_in_and_listen(house: TlsHub, page: Page) -> None:
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    addresses: list[str] = []
    views: list[str | bytes] = []

    def hear(frame: str | bytes) -> None:
        views.append(frame)

    def listen(socket_: WebSocket) -> None:
        addresses.append(socket_.url)
        socket_.on("framereceived", hear)

    page.on("websocket", listen)
    page.goto(f"{house.url}/link#{_code(house)}")
    page.wait_for_url(f"**/halls/{HALL}/kiosk/kiosk-1", timeout=WITHIN_MS)
    with house.client() as other:
        token = house.hub.token("kiosk", "kiosk-2")
        taken = other.post(
            f"{API}/tickets", json={"service": "ktp-el"}, headers={"Authorization": f"Bearer {token}"}
        )
    assert 201 == taken.status_code, taken.text
    for _ in range(WITHIN_MS // 100):
        if len([one for one in views if '"type":"view"' in str(one)]) >= 2:
            break
        page.wait_for_timeout(100)
    cookies = {one["name"]: one for one in page.context.cookies()}
    is_secure = page.evaluate("window.isSecureContext")
    page.context.close()

    assert len([one for one in views if '"type":"view"' in str(one)]) >= 2
    assert [f"{house.url.replace('https', 'wss')}{API}/live"] == addresses
    assert ["__Host-antrean_session"] == list(cookies)
    assert cookies["__Host-antrean_session"]["secure"]
    assert is_secure
    assert [] == troubles


def _key_hash(pem: Path) -> str:
    """SHA-256 of the public key, as Chromium's option takes it."""
    key = x509.load_pem_x509_certificate(pem.read_bytes()).public_key()
    spki = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(spki).digest()).decode()


def _code(house: TlsHub) -> str:
    """A one-use link for the first kiosk's browser."""
    answer = control.call(house.hub.data, "link", role="kiosk", hall=HALL, id="kiosk-1", name=None)
    assert answer is not None
    assert answer.accepted, answer.detail
    return str(answer.value)
