"""Fetching: mirror folders, corrupt files, connections that break off, servers with and without ranges."""

import gzip
import hashlib
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from pipeline.base.errors import PipelineError
from pipeline.datasets import transfer
from pipeline.datasets.fetch import Corrupt, Remote, fetch, fetch_all, mirrors, verify

CONTENT = np.random.default_rng(0).integers(256, size=50_000, dtype=np.uint8).tobytes()
DIGEST = hashlib.md5(CONTENT).hexdigest()
CLOSED = "http://127.0.0.1:9/file"


class Server:
    """Serves `body`; sends only the first `breaks[i]` bytes of what the i-th request should get."""

    def __init__(self):
        self.body, self.breaks, self.ranges, self.status = CONTENT, [], True, 200
        self.asked = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                outer.answer(self)

            def log_message(self, *words):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}/file"
        threading.Thread(target=self.http.serve_forever, args=(0.01,), daemon=True).start()

    def answer(self, request):
        self.asked.append(request.headers.get("Range"))
        start = int(re.findall(r"\d+", self.asked[-1])[0]) if self.ranges and self.asked[-1] else 0
        if self.status != 200 or (start and start >= len(self.body)):
            request.send_error(416 if self.status == 200 else self.status)
            return
        rest = self.body[start:]
        request.send_response(206 if start else 200)
        request.send_header("Content-Length", str(len(rest)))
        if start:
            request.send_header("Content-Range", f"bytes {start}-{len(self.body) - 1}/{len(self.body)}")
        request.end_headers()
        request.wfile.write(rest[: self.breaks.pop(0)] if self.breaks else rest)


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    server = Server()
    yield server
    server.http.shutdown()
    server.http.server_close()


@pytest.fixture(autouse=True)
def suite(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(transfer, "PAUSE", 0.0)
    return tmp_path


@pytest.fixture
def folder(suite):
    return suite / "data/raw/source"


def remote(*urls):
    return Remote("file", urls, "md5", DIGEST)


def whole(folder):
    left = [path.name for path in folder.parent.parent.rglob("*") if path.is_file()]
    return (folder / "file").read_bytes() == CONTENT and left == ["file"]


def test_good_file_is_kept_and_nothing_is_asked(server, folder):
    folder.mkdir(parents=True)
    (folder / "file").write_bytes(CONTENT)
    fetch(remote(server.url), folder, [])
    assert whole(folder) and server.asked == []


@pytest.mark.parametrize(
    "place", ["mirror/source/file", "mirror/file", "mirror/source/file.gz", "mirror/file.gz"]
)
def test_mirror_comes_before_the_network(server, folder, suite, place):
    path = suite / place
    path.parent.mkdir(parents=True)
    path.write_bytes(gzip.compress(CONTENT) if path.suffix == ".gz" else CONTENT)
    fetch(remote(server.url), folder, [suite / "mirror"])
    assert whole(folder) and server.asked == []


def test_environment_comes_before_params(monkeypatch, tmp_path):
    monkeypatch.setenv("TEMPERA_MIRROR", str(tmp_path / "first"))
    assert mirrors("second") == [tmp_path / "first", *mirrors("second")[1:]]
    assert [path.name for path in mirrors("second")] == ["first", "second"]
    monkeypatch.delenv("TEMPERA_MIRROR")
    assert mirrors(None) == []


def test_compressed_download_is_checked_by_its_content(server, folder):
    server.body = gzip.compress(CONTENT, compresslevel=1)
    fetch(remote(server.url), folder, [])
    assert whole(folder)


def test_broken_connection_is_resumed_where_it_ended(server, folder):
    server.breaks = [20_000, 10_000]
    fetch(remote(server.url), folder, [])
    assert whole(folder) and server.asked == [None, "bytes=20000-", "bytes=30000-"]


def test_server_without_ranges_is_asked_for_the_whole_again(server, folder):
    server.ranges, server.breaks = False, [20_000]
    fetch(remote(server.url), folder, [])
    assert whole(folder) and server.asked == [None, "bytes=20000-"]


def test_server_that_always_breaks_off_is_given_up(server, folder):
    server.ranges, server.breaks = False, [20_000] * 20
    with pytest.raises(PipelineError, match="breaks off after 20,000 bytes"):
        fetch(remote(server.url), folder, [])
    assert len(server.asked) == 1 + transfer.FRUITLESS_ATTEMPTS


def test_download_goes_on_after_the_process_was_stopped(server, folder, monkeypatch):
    server.breaks = [20_000]

    def stop(seconds):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(transfer.time, "sleep", stop)
        fetch(remote(server.url), folder, [])
    assert not (folder / "file").exists()
    fetch(remote(server.url), folder, [])
    assert whole(folder) and server.asked == [None, "bytes=20000-"]


@pytest.mark.parametrize("length", [10_000, 60_000])
def test_stale_partial_file_is_thrown_away(server, folder, length):
    server.breaks = [0] * (1 + transfer.FRUITLESS_ATTEMPTS)
    with pytest.raises(PipelineError, match="breaks off"):
        fetch(remote(server.url), folder, [])
    server.breaks = []
    (partial,) = folder.parent.parent.rglob("*.partial")
    partial.write_bytes(b"\0" * length)
    fetch(remote(server.url), folder, [])
    assert whole(folder)


def test_corrupt_file_is_named_with_both_hashes_and_fetched_again(server, folder, suite, capsys):
    for path in (folder / "file", suite / "mirror/file"):
        path.parent.mkdir(parents=True)
        path.write_bytes(b"wrong")
    fetch(remote(server.url), folder, [suite / "mirror"])
    wrong = hashlib.md5(b"wrong").hexdigest()
    told = capsys.readouterr().err.splitlines()
    assert (folder / "file").read_bytes() == CONTENT
    assert len(told) == 2 and all(f"is {wrong}, expected {DIGEST}" in line for line in told)
    assert str(folder / "file") in told[0] and str(suite / "mirror/file") in told[1]


def test_corrupt_server_is_passed_over(server, folder, capsys):
    server.body = CONTENT[::-1]
    good = Server()
    fetch(remote(server.url, good.url), folder, [])
    good.http.shutdown()
    assert whole(folder) and f"{server.url} is corrupt" in capsys.readouterr().err


def test_damaged_compression_is_corrupt(server, folder):
    server.body = gzip.compress(CONTENT)[:30_000]
    with pytest.raises(PipelineError, match="is corrupt: it cannot be decompressed"):
        fetch(remote(server.url), folder, [])
    assert not (folder / "file").exists()


def test_nothing_corrupt_is_left_under_the_final_name(server, folder):
    server.body = b"wrong"
    with pytest.raises(PipelineError, match="is corrupt"):
        fetch(remote(server.url), folder, [])
    assert list(folder.iterdir()) == []


def test_no_network_and_no_mirror_says_what_to_do(folder, suite):
    with pytest.raises(PipelineError) as caught:
        fetch(remote(CLOSED), folder, [suite / "nowhere"])
    text = str(caught.value)
    assert "cannot be reached" in text and "`mirror` in params.yaml" in text and "TEMPERA_MIRROR" in text
    assert "nowhere is no folder" in text and "\n" not in text


def test_refusing_server_is_quoted(server, folder):
    server.status = 404
    with pytest.raises(PipelineError, match="answers 404"):
        fetch(remote(server.url), folder, [])
    assert len(server.asked) == 1


def test_full_disk_is_one_sentence(server, folder, monkeypatch):
    def full(*arguments, **options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(transfer, "_go_on", full)
    with pytest.raises(PipelineError, match="disk is full"):
        fetch(remote(server.url), folder, [])


def test_verify_takes_any_algorithm(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(CONTENT)
    verify(path, Remote("file", (), "sha256", hashlib.sha256(CONTENT).hexdigest()))
    with pytest.raises(Corrupt, match="its sha256 is"):
        verify(path, Remote("file", (), "sha256", "0" * 64))


def test_archives_are_kept_as_they_come_and_checked_by_their_own_hash(server, folder, suite):
    server.body = gzip.compress(CONTENT, mtime=0)
    (suite / "file.gz").write_bytes(b"of another name")
    archive = Remote("file", (server.url,), "md5", hashlib.md5(server.body).hexdigest(), archive=True)
    fetch(archive, folder, [suite])
    assert (folder / "file").read_bytes() == server.body
    with pytest.raises(Corrupt):
        verify(folder / "file", remote())


def test_unverified_files_never_come_from_the_network(server, folder, suite):
    with pytest.raises(PipelineError, match="file could not be had"):
        fetch_all([remote(server.url)], folder, [suite], verify=False)
    assert server.asked == []
    (suite / "file").write_bytes(b"generated")
    assert fetch_all([remote(server.url)], folder, [suite], verify=False) == ["file"]
    assert (folder / "file").read_bytes() == b"generated"
