from pipeline.base import paths
from pipeline.graph.suite import gpus, open_suite

graph = open_suite(
    config, workflow.config_settings.overwrite_config, workflow.is_main_process
)
# Read by graph, whose errors name line and column; listed here for Snakemake's report and archive.
workflow.configfiles.append(str(paths.PARAMS))


container: "docker://python:3.12"


report: "captions/suite.rst"


localrules:
    all,
    download,
    claims,
    report,
    lock,


wildcard_constraints:
    source=graph.names("sources"),
    dataset=graph.names("datasets"),
    experiment=graph.names("experiments"),
    study=graph.names("studies"),
    paper=graph.names("papers"),
    result=r"[A-Za-z0-9_-]+",
    seed=r"\d+",


onstart:
    graph.hold()


rule all:
    input:
        graph.everything,


rule download:
    input:
        needs=paths.needs("download", "{source}"),
    output:
        paths.manifest("{source}"),
        paths.raw("{source}") / paths.RECEIPT,
    log:
        "logs/download/{source}.log",
    retries: 2
    shell:
        "python -m pipeline download {wildcards.source:q} > {log} 2>&1"


rule prepare:
    input:
        raw=graph.raw,
        needs=paths.needs("prepare", "{dataset}"),
    output:
        paths.processed_files("{dataset}"),
        paths.receipt("prepare", "{dataset}"),
    log:
        "logs/prepare/{dataset}.log",
    shell:
        "python -m pipeline prepare {wildcards.dataset:q} > {log} 2>&1"


rule extractor:
    input:
        data=paths.processed_files("{dataset}"),
        needs=paths.needs("extractor", "{dataset}"),
    output:
        paths.extractor("{dataset}"),
        paths.extractor_metrics("{dataset}"),
        paths.extractor("{dataset}").with_suffix(".json"),
    log:
        "logs/extractor/{dataset}.log",
    resources:
        gpu=gpus(),
    shell:
        "python -m pipeline extractor {wildcards.dataset:q} > {log} 2>&1"


rule train:
    input:
        data=graph.data,
        needs=paths.needs("train", "{experiment}"),
    output:
        (
            [
                paths.checkpoint("{paper}", "{experiment}", "{seed}"),
                paths.training_log("{paper}", "{experiment}", "{seed}"),
                paths.checkpoint("{paper}", "{experiment}", "{seed}").with_suffix(
                    ".json"
                ),
            ]
            if graph.job_per_run
            else directory(paths.checkpoints("{paper}", "{experiment}"))
        ),
    log:
        "logs/train/{paper}/{experiment}"
        + ("-seed{seed}.log" if graph.job_per_run else ".log"),
    threads: graph.threads
    resources:
        gpu=gpus(),
    params:
        seed=["--seed", "{seed}"] if graph.job_per_run else [],
    shell:
        "python -m pipeline train {wildcards.experiment:q} {params.seed} > {log} 2>&1"


rule sample:
    input:
        data=graph.data,
        checkpoints=graph.checkpoints,
        classifier=graph.picker,
        needs=paths.needs("sample", "{experiment}"),
    output:
        directory(paths.samples_of("{paper}", "{experiment}")),
    log:
        "logs/sample/{paper}/{experiment}.log",
    threads: graph.threads
    resources:
        gpu=gpus(),
    shell:
        "python -m pipeline sample {wildcards.experiment:q} > {log} 2>&1"


rule evaluate:
    input:
        data=graph.data,
        extractor=graph.extractor,
        logs=graph.training_logs,
        samples=paths.samples_of("{paper}", "{experiment}"),
        needs=paths.needs("evaluate", "{experiment}"),
    output:
        paths.evidence_files("{paper}", "{experiment}"),
        paths.evidence("{paper}", "{experiment}").with_suffix(".json"),
    log:
        "logs/evaluate/{paper}/{experiment}.log",
    threads: graph.threads
    resources:
        gpu=gpus(),
    shell:
        "python -m pipeline evaluate {wildcards.experiment:q} > {log} 2>&1"


rule study:
    input:
        needs=paths.needs("study", "{study}"),
    output:
        paths.evidence("{paper}", "{study}"),
        paths.evidence("{paper}", "{study}").with_suffix(".json"),
    log:
        "logs/study/{paper}/{study}.log",
    shell:
        "python -m pipeline study {wildcards.study:q} > {log} 2>&1"


rule render:
    input:
        evidence=graph.evidence_of_result,
        needs=paths.needs("render", "{paper}-{result}"),
    output:
        report(
            [paths.result("{paper}", "{result}", form) for form in ("png", "svg")],
            category=graph.title,
            labels=graph.label,
            caption="captions/result.rst",
        ),
        [paths.result("{paper}", "{result}", form) for form in ("csv", "md")],
        paths.receipt("render", "{paper}/{result}"),
    log:
        "logs/render/{paper}/{result}.log",
    params:
        uses=graph.uses,
        paper=graph.cited,
    shell:
        "python -m pipeline render {wildcards.paper}-{wildcards.result} > {log} 2>&1"


rule claims:
    input:
        evidence=graph.evidence_of_all,
        needs=paths.needs("claims", ""),
    output:
        paths.CLAIMS,
        paths.CLAIMS_METRICS,
        paths.receipt("claims", ""),
    log:
        "logs/claims.log",
    shell:
        "python -m pipeline claims > {log} 2>&1"


rule report:
    input:
        metrics=graph.measured,
        results=graph.rendered,
        claims=paths.CLAIMS_METRICS,
        needs=paths.needs("report", ""),
    output:
        paths.METRICS_SUMMARY,
        paths.SUMMARY,
        paths.PLATFORM,
        paths.receipt("report", ""),
    log:
        "logs/report.log",
    shell:
        "python -m pipeline report > {log} 2>&1"


rule lock:
    input:
        graph.everything,
    log:
        "logs/lock.log",
    shell:
        "python -m pipeline lock > {log} 2>&1"
