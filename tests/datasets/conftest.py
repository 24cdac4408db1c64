"""Every test in a folder of its own; raw files of the embedded sources, made once."""

import pytest
from configs import source

from pipeline.base import paths
from pipeline.datasets import sources


@pytest.fixture(autouse=True)
def suite(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def raw(tmp_path_factory):
    """Function from a source's kind to its raw folder."""
    folder = tmp_path_factory.mktemp("raw")

    def fetched(kind):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(paths, "RAW", folder)
            sources.download(kind, source(kind), [])
        return folder / kind

    return fetched
