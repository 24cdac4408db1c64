from pipeline import paths
from pipeline.graph import gpus, open_suite


graph = open_suite(config, workflow.config_settings.overwrite_config)
# Read by graph, whose errors name line and column; listed here for Snakemake's report and archive.
workflow.configfiles.append(str(paths.PARAMS))


container: "docker://python:3.12"


report: "captions/suite.rst"


localrules:
    all,
    download,
    index,
    claims,
    report,
    lock,


wildcard_constraints:
    source=graph.names("sources"),
    dataset=graph.names("datasets"),
    experiment=graph.names("experiments"),
    paper=graph.names("papers"),
    kind="figures|tables",
    result=r"[A-Za-z0-9_-]+",
    seed=r"\d+",


onstart:
    graph.hold()


rule all:
    input:
        graph.everything,


rule download:
    input:
        code=graph.code("download"),
    output:
        paths.manifest("{source}"),
    log:
        "logs/download/{source}.log",
    retries: 2
    params:
        values=graph.values("download"),
    shell:
        "python -m pipeline download {wildcards.source} > {log} 2>&1"


rule prepare:
    input:
        raw=graph.raw,
        code=graph.code("prepare"),
    output:
        paths.processed_files("{dataset}"),
    log:
        "logs/prepare/{dataset}.log",
    params:
        values=graph.values("prepare"),
    shell:
        "python -m pipeline prepare {wildcards.dataset} > {log} 2>&1"


rule extractor:
    input:
        data=paths.processed_files("{dataset}"),
        code=graph.code("extractor"),
    output:
        paths.extractor("{dataset}"),
        paths.extractor_metrics("{dataset}"),
    log:
        "logs/extractor/{dataset}.log",
    resources:
        gpu=gpus(),
    params:
        values=graph.values("extractor"),
    shell:
        "python -m pipeline extractor {wildcards.dataset} > {log} 2>&1"


rule train:
    input:
        data=graph.data,
        code=graph.code("train"),
    output:
        (
            [
                paths.checkpoint("{paper}", "{experiment}", "{seed}"),
                paths.training_log("{paper}", "{experiment}", "{seed}"),
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
        values=graph.values("train"),
        seed=["--seed", "{seed}"] if graph.job_per_run else [],
    shell:
        "python -m pipeline train {wildcards.experiment} {params.seed} > {log} 2>&1"


rule sample:
    input:
        data=graph.data,
        checkpoints=graph.checkpoints,
        code=graph.code("sample"),
    output:
        directory(paths.SAMPLES / "{paper}/{experiment}"),
    log:
        "logs/sample/{paper}/{experiment}.log",
    threads: graph.threads
    resources:
        gpu=gpus(),
    params:
        values=graph.values("sample"),
    shell:
        "python -m pipeline sample {wildcards.experiment} > {log} 2>&1"


rule evaluate:
    input:
        data=graph.data,
        extractor=graph.extractor,
        checkpoints=graph.checkpoints,
        logs=graph.training_logs,
        samples=paths.SAMPLES / "{paper}/{experiment}",
        code=graph.code("evaluate"),
    output:
        paths.evidence_files("{paper}", "{experiment}"),
    log:
        "logs/evaluate/{paper}/{experiment}.log",
    threads: graph.threads
    resources:
        gpu=gpus(),
    params:
        values=graph.values("evaluate"),
    shell:
        "python -m pipeline evaluate {wildcards.experiment} > {log} 2>&1"


rule index:
    input:
        evidence=graph.evidence_of_paper,
        code=graph.code("index"),
    output:
        paths.index("{paper}"),
    log:
        "logs/index/{paper}.log",
    params:
        values=graph.values("index"),
    shell:
        "python -m pipeline index {wildcards.paper} > {log} 2>&1"


rule render:
    input:
        evidence=graph.evidence_of_result,
        code=graph.code("render"),
    output:
        report(
            [
                paths.result("{kind}", "{paper}", "{result}", form)
                for form in ("png", "svg")
            ],
            category=graph.title,
            labels=graph.label,
            caption="captions/result.rst",
        ),
        [paths.result("{kind}", "{paper}", "{result}", form) for form in ("csv", "md")],
    log:
        "logs/render/{kind}/{paper}/{result}.log",
    params:
        values=graph.values("render"),
        uses=graph.uses,
    shell:
        "python -m pipeline render {wildcards.paper}-{wildcards.result} > {log} 2>&1"


rule claims:
    input:
        evidence=graph.evidence_of_all,
        code=graph.code("claims"),
    output:
        paths.CLAIMS,
        paths.CLAIMS_METRICS,
    log:
        "logs/claims.log",
    params:
        values=graph.values("claims"),
    shell:
        "python -m pipeline claims > {log} 2>&1"


rule report:
    input:
        metrics=graph.measured,
        results=graph.drawn,
        claims=paths.CLAIMS_METRICS,
        code=graph.code("report"),
    output:
        paths.METRICS_SUMMARY,
        paths.SUMMARY,
    log:
        "logs/report.log",
    params:
        values=graph.values("report"),
    shell:
        "python -m pipeline report > {log} 2>&1"


rule lock:
    input:
        graph.everything,
    log:
        "logs/lock.log",
    shell:
        "python -m pipeline lock > {log} 2>&1"
