"""The network: the rows of one chart compete for tomorrow's places, so they are read together.

Each row (numbers, category, country) becomes a vector. Numbers enter as they are
and in steps between their quantiles (piecewise linear encoding, Gorishniy et al.
2022), with which a small network finds thresholds as trees do. An LSTM
(Hochreiter and Schmidhuber 1997) reads the course of the last charts, oldest
first: the row's own, its list's in that country, its channel's. A small
Transformer encoder (Vaswani et al. 2017) lets the rows of one chart see each
other, without positions, because the rank is among the numbers. What the title
means is read beside them where it is known.

Whether a row stays tomorrow is what it is asked. It learns more of a row by being
taught what else becomes of it (``further.py``; Caruana 1997, multitask learning).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import pytorch_lightning as pl
import torch
from torch import Tensor, nn

from ml.trend.further import CHANCES, FURTHER
from ml.trend.layers import Course, Steps, Titles


class Batch(NamedTuple):
    """Charts: NaN stands for what is unknown in ``label``, ``titles`` and ``further``, which may be empty (…, 0)."""

    numbers: Tensor
    region: Tensor
    category: Tensor
    listed: Tensor
    label: Tensor
    titles: Tensor
    further: Tensor


@dataclass(frozen=True)
class Shape:
    """Sizes and rates of a network; stored beside its weights."""

    numbers: int
    regions: int
    categories: int
    # Where among the numbers the sequences stand: (steps, values a step); empty without any.
    history: tuple[tuple[int, ...], ...] = ()
    memory: int = 24
    width: int = 64
    layers: int = 1
    heads: int = 4
    steps: int = 12
    dropout: float = 0.3
    learning_rate: float = 2e-3
    weight_decay: float = 0.02
    # Shares of the charts whose country, and whose titles, are withheld: it learns to go without.
    unknown_share: float = 0.05
    untitled_share: float = 0.1
    # Numbers of a title, 0 to read none.
    titles: int = 0
    # How much each of the further targets counts beside the one that is asked, 0 to learn none.
    further_weight: float = 0.1

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)


class ChartNetwork(pl.LightningModule):  # type: ignore[misc]
    """Chance that each row of a chart is in the chart of the next day.

    Of a batch numbers are (B, R, F) float, region (B,) int, category (B, R) int, listed (B, R) bool, label (B, R)
    float, titles (B, R, T) float, further (B, R, len(FURTHER)) float.
    """

    def __init__(self, shape: Shape, total_steps: int = 0) -> None:
        super().__init__()
        self.shape = shape
        self.total_steps = total_steps
        # Its last output needs no company: a plain additive model, learned at once (Cheng et al. 2016, wide and deep).
        self.steps = Steps(shape.numbers, shape.steps, shape.width + 1)
        self.row = nn.Sequential(nn.GELU(), nn.Dropout(shape.dropout), nn.Linear(shape.width, shape.width))
        self.course = Course(shape.history, shape.memory, shape.width) if shape.history else None
        self.titles = Titles(shape.titles, shape.width) if shape.titles else None
        self.region = nn.Embedding(shape.regions + 1, shape.width)
        self.category = nn.Embedding(shape.categories + 1, shape.width)
        for table in (self.region, self.category):
            nn.init.normal_(table.weight, std=0.05)
        self.encoder = nn.TransformerEncoder(
            nn.TransformerEncoderLayer(
                shape.width,
                shape.heads,
                dim_feedforward=2 * shape.width,
                dropout=shape.dropout,
                activation="gelu",
                batch_first=True,
                norm_first=True,
            ),
            num_layers=shape.layers,
            norm=nn.LayerNorm(shape.width),
            enable_nested_tensor=False,
        )
        self.wide_region = nn.Embedding(shape.regions + 1, 1)
        nn.init.zeros_(self.wide_region.weight)
        self.head = _head(shape, 1)
        self.further = _head(shape, len(FURTHER)) if shape.further_weight else None

    def forward(
        self, numbers: Tensor, region: Tensor, category: Tensor, listed: Tensor, titles: Tensor | None = None
    ) -> Tensor:
        """Return logits (B, R)."""
        seen, wide = self._seen(numbers, region, category, listed, titles)
        logits: Tensor = wide + self.head(seen).squeeze(-1)
        return logits

    def foresee(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Return logits (B, R), and of ``FURTHER`` logits of chances and amounts (B, R, len(FURTHER))."""
        seen, wide = self._seen(batch.numbers, batch.region, batch.category, batch.listed, _or_none(batch.titles))
        further = self.further(seen) if self.further is not None else seen.new_zeros((*seen.shape[:-1], 0))
        return wide + self.head(seen).squeeze(-1), further

    def _seen(
        self, numbers: Tensor, region: Tensor, category: Tensor, listed: Tensor, titles: Tensor | None
    ) -> tuple[Tensor, Tensor]:
        """Return what is known of each row, alone and among the others (B, R, 2 · width), and the wide part (B, R)."""
        stepped = self.steps(numbers)
        rows = self.row(stepped[..., :-1]) + self.category(category) + self.region(region)[:, None, :]
        if self.course is not None:
            rows = rows + self.course(numbers)
        if self.titles is not None:
            rows = rows + self.titles(titles)
        together = self.encoder(rows, src_key_padding_mask=~listed)
        return torch.cat([rows, together], dim=-1), stepped[..., -1] + self.wide_region(region)

    def place_steps(self, rows: Tensor) -> None:
        """Put the edges of the steps at the quantiles of ``rows`` (N, F), the training rows."""
        self.steps.place(rows)

    def training_step(self, batch: Batch, _index: int) -> Tensor:
        """Return the mean log loss of the rows that have a label, and a part of the further losses."""
        unknown = torch.rand(batch.region.shape, device=batch.region.device) < self.shape.unknown_share
        untitled = torch.rand(batch.region.shape, device=batch.region.device) < self.shape.untitled_share
        withheld = batch._replace(
            region=batch.region.masked_fill(unknown, 0),
            titles=batch.titles.masked_fill(untitled[:, None, None], torch.nan),
        )
        logits, further = self.foresee(withheld)
        loss = _log_loss(logits, batch.label)
        if self.further is not None:
            loss = loss + self.shape.further_weight * _further_loss(further, batch.further)
        return loss

    def validation_step(self, batch: Batch, _index: int) -> None:
        """Log the mean log loss as ``validation_loss``, weighted by rows."""
        loss = _log_loss(self(*batch[:4], _or_none(batch.titles)), batch.label)
        self.log("validation_loss", loss, batch_size=int((~batch.label.isnan()).sum()), sync_dist=True)

    def configure_optimizers(self) -> dict[str, object]:
        """AdamW with one rise and fall of the learning rate (Smith and Topin 2018)."""
        optimizer = torch.optim.AdamW(
            self.parameters(), lr=self.shape.learning_rate, weight_decay=self.shape.weight_decay
        )
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimizer, max_lr=self.shape.learning_rate, total_steps=max(self.total_steps, 2), pct_start=0.2
        )
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}


def _log_loss(logits: Tensor, label: Tensor) -> Tensor:
    known = ~label.isnan()
    return nn.functional.binary_cross_entropy_with_logits(logits[known], label[known])


def _further_loss(said: Tensor, true: Tensor) -> Tensor:
    """Return the sum of the log losses of the chances and the absolute errors of the amounts, each over known rows."""
    # Of all, so that every weight has a gradient also where nothing is known: DDP waits for each.
    loss = said.sum() * 0.0
    for place, name in enumerate(FURTHER if true.shape[-1] else ()):
        known = ~true[..., place].isnan()
        if known.any():
            measure = nn.functional.binary_cross_entropy_with_logits if name in CHANCES else nn.functional.l1_loss
            loss = loss + measure(said[..., place][known], true[..., place][known])
    return loss


def _head(shape: Shape, out: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(2 * shape.width, shape.width), nn.GELU(), nn.Dropout(shape.dropout), nn.Linear(shape.width, out)
    )


def _or_none(titles: Tensor) -> Tensor | None:
    return titles if titles.shape[-1] else None
