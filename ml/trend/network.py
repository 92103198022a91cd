"""The network: the rows of one chart compete for tomorrow's places, so they are read together.

Each row (numbers, category, country) becomes a vector. Numbers enter as they are
and in steps between their quantiles (piecewise linear encoding, Gorishniy et al.
2022), with which a small network finds thresholds as trees do. An LSTM
(Hochreiter and Schmidhuber 1997) reads the course of the last charts, oldest
first: the row's own, its list's in that country, its channel's. A small
Transformer encoder (Vaswani et al. 2017) lets the rows of one chart see each
other, without positions, because the rank is among the numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pytorch_lightning as pl
import torch
from torch import Tensor, nn

Batch = tuple[Tensor, Tensor, Tensor, Tensor, Tensor]


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
    unknown_share: float = 0.05

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)


class Steps(nn.Module):
    """A linear layer over numbers and over their position between ``edges`` (F, steps + 1)."""

    low: Tensor
    width: Tensor

    def __init__(self, numbers: int, steps: int, out: int) -> None:
        super().__init__()
        self.register_buffer("low", torch.zeros(numbers, steps))
        self.register_buffer("width", torch.ones(numbers, steps))
        self.straight = nn.Linear(numbers, out)
        self.stepped = nn.Linear(numbers * steps, out)

    @torch.no_grad()
    def place(self, rows: Tensor) -> None:
        """Put the edges at the quantiles of ``rows`` (N, F), the training rows."""
        shares = torch.linspace(0, 1, self.low.shape[1] + 1, dtype=torch.float64)
        edges = torch.quantile(rows.double(), shares, dim=0).T.float()
        self.low.copy_(edges[:, :-1])
        self.width.copy_((edges[:, 1:] - edges[:, :-1]).clamp(min=1e-6))

    def forward(self, rows: Tensor) -> Tensor:
        """Return (…, out) of (…, F)."""
        inside = ((rows[..., None] - self.low) / self.width).clamp(0, 1)
        result: Tensor = self.straight(rows) + self.stepped(inside.flatten(-2))
        return result


class Course(nn.Module):
    """An LSTM over the sequences among the numbers; what it remembers at the end, as (…, out)."""

    places: Tensor

    def __init__(self, places: Sequence[Sequence[int]], memory: int, out: int) -> None:
        super().__init__()
        self.register_buffer("places", torch.tensor([list(step) for step in places]), persistent=False)
        self.lstm = nn.LSTM(len(places[0]), memory, batch_first=True)
        self.out = nn.Linear(memory, out)

    def forward(self, rows: Tensor) -> Tensor:
        """Return (B, R, out) of the numbers (B, R, F)."""
        charts, length = rows.shape[:2]
        steps, values = self.places.shape
        course = rows[..., self.places.flatten()].reshape(charts * length, steps, values)
        remembered: Tensor = self.out(self.lstm(course)[0][:, -1])
        return remembered.reshape(charts, length, -1)


class ChartNetwork(pl.LightningModule):  # type: ignore[misc]
    """Chance that each row of a chart is in the chart of the next day.

    A batch is (numbers (B, R, F) float, region (B,) int, category (B, R) int,
    listed (B, R) bool, label (B, R) float with NaN where unknown).
    """

    def __init__(self, shape: Shape, total_steps: int = 0) -> None:
        super().__init__()
        self.shape = shape
        self.total_steps = total_steps
        # Its last output needs no company: a plain additive model, learned at once (Cheng et al. 2016, wide and deep).
        self.steps = Steps(shape.numbers, shape.steps, shape.width + 1)
        self.row = nn.Sequential(nn.GELU(), nn.Dropout(shape.dropout), nn.Linear(shape.width, shape.width))
        self.course = Course(shape.history, shape.memory, shape.width) if shape.history else None
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
        self.head = nn.Sequential(
            nn.Linear(2 * shape.width, shape.width),
            nn.GELU(),
            nn.Dropout(shape.dropout),
            nn.Linear(shape.width, 1),
        )

    def forward(self, numbers: Tensor, region: Tensor, category: Tensor, listed: Tensor) -> Tensor:
        """Return logits (B, R)."""
        stepped = self.steps(numbers)
        rows = self.row(stepped[..., :-1]) + self.category(category) + self.region(region)[:, None, :]
        if self.course is not None:
            rows = rows + self.course(numbers)
        together = self.encoder(rows, src_key_padding_mask=~listed)
        wide = stepped[..., -1] + self.wide_region(region)
        logits: Tensor = wide + self.head(torch.cat([rows, together], dim=-1)).squeeze(-1)
        return logits

    def place_steps(self, rows: Tensor) -> None:
        """Put the edges of the steps at the quantiles of ``rows`` (N, F), the training rows."""
        self.steps.place(rows)

    def training_step(self, batch: Batch, _index: int) -> Tensor:
        """Return the mean log loss of the rows that have a label."""
        numbers, region, category, listed, label = batch
        unknown = torch.rand(region.shape, device=region.device) < self.shape.unknown_share
        return _log_loss(self(numbers, region.masked_fill(unknown, 0), category, listed), label)

    def validation_step(self, batch: Batch, _index: int) -> None:
        """Log the mean log loss as ``validation_loss``, weighted by rows."""
        numbers, region, category, listed, label = batch
        loss = _log_loss(self(numbers, region, category, listed), label)
        self.log("validation_loss", loss, batch_size=int((~label.isnan()).sum()))

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
