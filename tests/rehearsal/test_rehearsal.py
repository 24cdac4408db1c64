"""The whole paper suite on generated data; minutes on two cores, so that `make rehearsal` runs it alone."""

from __future__ import annotations

import json
from pathlib import Path

import inception_weights
import pytest
from engines import ROOT

from pipeline import params
from pipeline.base import paths
from pipeline.base.files import read_json, sha256
from pipeline.claims.finding import Verdict
from pipeline.estimation.counts import training_bytes
from pipeline.graph.snakemake_dag import graph_of_jobs
from pipeline.papers.table import table
from rehearsal import generated
from rehearsal.reduction import reduce
from rehearsal.staging import rehearse

pytestmark = pytest.mark.rehearsal


def test_every_target_of_the_paper_suite_can_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    suite = tmp_path / "suite"
    suite.mkdir()
    monkeypatch.chdir(suite)
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.delenv("TEMPERA_MIRROR", raising=False)
    weights = inception_weights.write(tmp_path / "weights-inception.pth")
    content = params.read(ROOT / "suites/paper/params.yaml")
    reduced = reduce(content, str(tmp_path / "mirror"), str(weights), sha256(weights))
    paths.PARAMS.write_text(json.dumps(reduced))
    small = params.load()
    generated.write(tmp_path / "mirror", small.sources)

    def memory(name: str) -> int:
        experiment = small.experiments[name]
        return training_bytes(experiment.train, small.datasets[experiment.dataset].prepare.shape)

    assert rehearse(suite, small, memory) == []
    with graph_of_jobs("lock", forceall=True) as dag:
        declared = {Path(file) for job in dag.jobs for file in job.output}
    assert len(declared) > len(small.experiments)
    assert sorted(str(place) for place in declared if not place.exists()) == []
    verdicts = read_json(paths.CLAIMS_METRICS)
    assert set(verdicts) == {paper for paper in small.papers if table(paper).claims}
    for paper, found in verdicts.items():
        assert set(found) == set(table(paper).claims), paper
        for name, judged in found.items():
            assert judged["verdict"] in set(Verdict), (paper, name)
