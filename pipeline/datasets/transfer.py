"""Downloading one URL into a partial file, and going on with it after an interruption."""

from __future__ import annotations

import time
from collections.abc import Iterator
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from pipeline.base.errors import PipelineError
from pipeline.base.files import writing
from pipeline.base.progress import track
from pipeline.base.system import refusal

CHUNK = 1 << 20
TIMEOUT = 20.0
FRUITLESS_ATTEMPTS = 3
PAUSE = 0.5
RANGE_NOT_SATISFIABLE = 416


class TransferError(Exception):
    """The URL could not be had; the message says why, without a full stop."""


class _BrokenOff(Exception):
    """The connection ended before the file did."""


def transfer(url: str, partial: Path) -> None:
    """Download `url` into `partial`. What is there already is kept if the server can go on after it.

    A connection that breaks off is taken up again for as long as that yields new bytes.
    Raises TransferError when the server is out of reach, refuses, or keeps breaking off, and
    PipelineError when the disk is full.
    """
    with writing(partial):
        partial.parent.mkdir(parents=True, exist_ok=True)
    longest, fruitless = _size(partial), 0
    while True:
        try:
            return _go_on(url, partial)
        except HTTPError as error:
            if error.code != RANGE_NOT_SATISFIABLE or not _size(partial):
                raise TransferError(f"{url} answers {error.code} {error.reason}") from None
            partial.unlink()
        except URLError as error:
            raise TransferError(f"{url} cannot be reached ({error.reason})") from None
        except (_BrokenOff, HTTPException, OSError) as error:
            _stop_if_refused(error, partial)
            fruitless = 0 if _size(partial) > longest else fruitless + 1
            longest = max(longest, _size(partial))
            if fruitless == FRUITLESS_ATTEMPTS:
                raise TransferError(f"{url} breaks off after {longest:,} bytes") from None
            time.sleep(PAUSE)


def _go_on(url: str, partial: Path) -> None:
    have = _size(partial)
    headers = {"User-Agent": "tempera"} | ({"Range": f"bytes={have}-"} if have else {})
    with urlopen(Request(url, headers=headers), timeout=TIMEOUT) as response:
        if not response.headers.get("Content-Range", "").startswith(f"bytes {have}-"):
            have = 0  # the server sends the whole file
        length = response.headers.get("Content-Length")
        total = None if length is None else have + int(length)
        pieces = None if total is None else -(-total // CHUNK)
        with open(partial, "ab" if have else "wb") as file:
            for chunk in track(_chunks(response), f"{url} (MiB)", total=pieces, initial=have // CHUNK):
                file.write(chunk)
    if total is not None and _size(partial) < total:
        raise _BrokenOff


def _chunks(response: HTTPResponse) -> Iterator[bytes]:
    while chunk := response.read(CHUNK):
        yield chunk


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _stop_if_refused(error: Exception, partial: Path) -> None:
    """A full disk is no matter of the connection, and trying again would not help."""
    if sentence := refusal(error, partial):
        raise PipelineError(sentence) from error
