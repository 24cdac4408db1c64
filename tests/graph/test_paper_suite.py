"""What would otherwise be found out after days of training: the paper suite's numbers fit one another."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from engines import ROOT, snakemake

from pipeline import params
from pipeline.params import Params
from pipeline.params.datasets.common import Sizes
from pipeline.params.experiment import Experiment
from pipeline.params.metrics import Fidelity, InceptionScore, LensedFidelity, Parzen, SignsFidelity
from pipeline.params.sizes import split_sizes

SUITE = ROOT / "suites/paper"
# Of a fold of TFD, which the file alone knows
TFD = Sizes(98_058, 400, 800)


@pytest.fixture(scope="module")
def suite() -> Params:
    return params.load(SUITE / "params.yaml")


def sizes(suite: Params, name: str) -> Sizes:
    """Training, validation and test examples of a data set."""
    block = suite.datasets[name]
    return split_sizes(block.prepare, suite.sources[block.source]) or TFD


def counts(experiment: Experiment) -> Iterator[tuple[str, int, int]]:
    """For each metric: its kind, and how many samples and real examples of the reference it takes."""
    for metric in experiment.evaluate.metrics:
        if isinstance(metric, Fidelity | LensedFidelity | SignsFidelity):
            yield metric.kind, metric.count, metric.count
        if isinstance(metric, InceptionScore):
            taken = metric.groups * metric.size
            yield metric.kind, taken, taken if metric.real else 0
        if isinstance(metric, Parzen):
            yield metric.kind, metric.samples, 0


def test_metrics_have_the_samples_and_examples_that_they_take(suite: Params) -> None:
    for name, experiment in suite.experiments.items():
        train, validation, test = sizes(suite, experiment.dataset)
        reference = {"train": train, "validation": validation, "test": test}[experiment.evaluate.reference]
        for kind, samples, real in counts(experiment):
            made = experiment.sample.signs if kind == "signs_fidelity" else experiment.sample.count
            assert samples <= (made or 0), (name, kind)
            assert real <= reference, (name, kind)
            if kind == "lensed_fidelity":
                assert samples <= (experiment.sample.shown or 0), name
        for metric in experiment.evaluate.metrics:
            assert not isinstance(metric, Parzen) or metric.validation <= validation, name
        assert experiment.evaluate.panel <= min(experiment.sample.count, reference), name
        assert (experiment.sample.shown or 0) <= reference, name
        if experiment.sample.gibbs:
            assert experiment.evaluate.panel <= experiment.sample.gibbs.chains <= test, name
        if experiment.sample.features:
            assert experiment.sample.features.test <= test and experiment.sample.features.train <= train, name


def test_scores_need_a_network_with_classes(suite: Params) -> None:
    for name, experiment in suite.experiments.items():
        kinds = {metric.kind for metric in experiment.evaluate.metrics}
        if kinds & {"inception_score", "class_entropy"}:
            assert suite.datasets[experiment.dataset].extractor.kind != "coordinates", name


def test_figures_show_steps_at_which_there_are_snapshots(suite: Params) -> None:
    for key, block in suite.results.items():
        for setting in ("stages", "steps"):
            shown = block.settings.get(setting)
            if isinstance(shown, list) and block.uses:
                for used in block.uses.values():
                    assert set(shown) <= set(suite.experiments[used].train.snapshot_steps), (key, used)


def test_seeds_are_as_many_as_the_papers_and_claims_ask_for(suite: Params) -> None:
    toys = {"normal", "ring8", "line5", "line10", "ring5", "ring10", "simplex5", "sphere10", "cubes"}
    for name, experiment in suite.experiments.items():
        assert len(experiment.seeds) >= (10 if experiment.dataset in toys else 3), name
    for key in ("tempered-C3", "tempered-C4", "dfm-C5", "beta_gan-C6"):
        for role in suite.claims[key].uses:
            for name in suite.claims[key].experiments(role):
                assert len(suite.experiments[name].seeds) >= 5, (key, name)


def test_compared_experiments_share_seeds(suite: Params) -> None:
    """On one data set the fewer seeds are the first of the more, so that runs are paired."""
    for key, block in suite.claims.items():
        used = [suite.experiments[name] for role in block.uses for name in block.experiments(role)]
        for dataset in {one.dataset for one in used}:
            lists = sorted((one.seeds for one in used if one.dataset == dataset), key=len)
            assert all(seeds == lists[-1][: len(seeds)] for seeds in lists), key


def test_targets_are_listed() -> None:
    listed = snakemake(SUITE, "--dry-run", "--quiet", "all")
    assert listed.returncode == 0, listed.stderr
