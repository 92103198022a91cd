"""docker/nginx.conf in a real nginx: three model servers behind one address, and Airflow behind another."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from benchmarks.scratch.server import unused_port
from stack.config import StackSettings

CONF = Path(__file__).parent.parent.parent / "docker" / "nginx.conf"
MODEL_SERVERS = ["model-server-1", "model-server-2", "model-server-3"]
MAIN = """
daemon off; user root; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
    access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    include {folder}/default.conf;
}}
"""


@dataclass
class Upstream:
    """A server behind nginx: answers with ``status`` after ``seconds``, and keeps what it was asked."""

    status: int = 200
    seconds: float = 0.0
    asked: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    port: int = 0

    @contextmanager
    def running(self) -> Iterator[Upstream]:
        upstream = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                upstream.asked.append((self.path, dict(self.headers), body))
                time.sleep(upstream.seconds)
                self.send_response(upstream.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_GET = do_POST  # noqa: N815 -- the name that http.server asks for

            def log_message(self, *_: object) -> None:
                pass

        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            self.port = server.server_port
            thread = threading.Thread(target=server.serve_forever, args=(0.05,))
            thread.start()
            yield self
            server.shutdown()
            thread.join()


@dataclass
class Front:
    """nginx, what stands behind it, and its two addresses."""

    models: list[Upstream]
    airflow: Upstream
    models_url: str
    airflow_url: str
    stop_last: Callable[[], None]

    def predict(self, body: bytes = b'{"rows": []}') -> int:
        return httpx.post(f"{self.models_url}/predict", content=body, timeout=20).status_code

    def asked(self) -> list[int]:
        return [len(model.asked) for model in self.models]


@pytest.fixture(scope="module")
def nginx() -> str:
    command = [Path(__file__).with_name("fetch-nginx"), StackSettings().var / "nginx"]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


@pytest.fixture
def front(nginx: str, tmp_path: Path) -> Iterator[Front]:
    with ExitStack() as stack:
        models = [stack.enter_context(Upstream().running()) for _ in MODEL_SERVERS[1:]]
        last = stack.enter_context(ExitStack())
        models.append(last.enter_context(Upstream().running()))
        airflow = stack.enter_context(Upstream().running())
        ports = unused_port(), unused_port()
        moved = {
            "listen 80;": f"listen 127.0.0.1:{ports[0]};",
            "listen 8100;": f"listen 127.0.0.1:{ports[1]};",
            "api-server:8080": f"127.0.0.1:{airflow.port}",
            **{f"{name}:8100": f"127.0.0.1:{one.port}" for name, one in zip(MODEL_SERVERS, models, strict=True)},
        }
        text = CONF.read_text()
        for name, place in moved.items():
            assert text.count(name) == 1, name
            text = text.replace(name, place)
        (tmp_path / "default.conf").write_text(text)
        (tmp_path / "nginx.conf").write_text(MAIN.format(folder=tmp_path))
        process = stack.enter_context(subprocess.Popen([nginx, "-p", tmp_path, "-c", tmp_path / "nginx.conf"]))
        stack.callback(process.terminate)
        models_url, airflow_url = (f"http://127.0.0.1:{port}" for port in reversed(ports))
        found = Front(models, airflow, models_url, airflow_url, last.close)
        _wait(process, found.airflow_url)
        yield found


def _wait(process: subprocess.Popen[bytes], url: str) -> None:
    for _ in range(200):
        assert process.poll() is None, "nginx has ended"
        try:
            httpx.get(url)
            return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError(f"nginx does not answer at {url}")


def test_each_request_goes_to_the_server_that_has_least_to_do(front: Front) -> None:
    for model in front.models:
        model.seconds = 0.5
    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(lambda _: front.predict(), range(6))) == [200] * 6
    assert front.asked() == [2, 2, 2]


@pytest.mark.parametrize("status", [429, 503])
def test_one_that_cannot_take_it_leaves_it_to_the_next(front: Front, status: int) -> None:
    front.models[0].status = status
    assert [front.predict() for _ in range(12)] == [200] * 12
    assert front.asked()[1] + front.asked()[2] == 12


def test_one_that_is_gone_is_missed_by_nobody(front: Front) -> None:
    front.stop_last()
    assert [front.predict() for _ in range(12)] == [200] * 12
    assert front.asked() == [6, 6, 0]


@pytest.mark.parametrize("status", [429, 503])
def test_what_all_of_them_say_is_told_as_it_is_each_time(front: Front, status: int) -> None:
    for model in front.models:
        model.status = status
    assert [front.predict() for _ in range(6)] == [status] * 6
    for model in front.models:
        model.status = 200
    assert front.predict() == 200


def test_a_bad_request_is_nobody_elses(front: Front) -> None:
    for model in front.models:
        model.status = 422
    assert front.predict() == 422
    assert sum(front.asked()) == 1


def test_a_chart_comes_whole_and_too_much_is_refused_at_the_door(front: Front) -> None:
    chart = b'{"rows": [' + b" " * (1 << 20) + b"]}"
    assert front.predict(chart) == 200
    assert next(body for model in front.models for _, _, body in model.asked) == chart
    assert front.predict(b" " * (8 << 20) + b"{}") == 413


def test_airflow_learns_by_which_name_it_was_called(front: Front) -> None:
    httpx.get(f"{front.airflow_url}/api/v2/version", headers={"Host": "studio.example.org"})
    path, headers, _ = front.airflow.asked[-1]
    assert path == "/api/v2/version"
    assert (headers["Host"], headers["X-Forwarded-For"], headers["X-Forwarded-Proto"]) == (
        "studio.example.org",
        "127.0.0.1",
        "http",
    )
