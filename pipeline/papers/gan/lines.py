"""What figures of one-dimensional laws share: the colour of D."""

from __future__ import annotations

from pipeline.figures import style

D_HAT = style.PALETTE[2]
