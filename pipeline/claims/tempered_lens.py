"""Claims of `tempered` on the lens itself: when it becomes the identity, and what moves it."""

from __future__ import annotations

import math

import numpy as np

from pipeline.claims import Roles, claim
from pipeline.claims.finding import Finding, all_of, figure
from pipeline.claims.measured import curve, has_metric, late, logged, logged_steps_to, one, unmeasured
from pipeline.claims.rates import every
from pipeline.claims.rules import against, paired
from pipeline.claims.runs import Runs
from pipeline.errors import PipelineError
from pipeline.params.seams import Lens
from pipeline.results import Evidence
from pipeline.results.reading import diverged
