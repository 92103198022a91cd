"""What the network reads its inputs by: numbers, their course over the last charts, and what a title means."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn


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


class Titles(nn.Module):
    """A linear layer over what titles mean, and over whether that is known."""

    def __init__(self, numbers: int, out: int) -> None:
        super().__init__()
        self.out = nn.Linear(numbers, out)
        self.unknown = nn.Parameter(torch.zeros(out))

    def forward(self, titles: Tensor | None) -> Tensor:
        """Return (…, out) of (…, T) with NaN where a title is unknown, or (out,) where all are."""
        if titles is None:
            return self.unknown
        missing = titles[..., :1].isnan()
        return torch.where(missing, self.unknown, self.out(titles.nan_to_num()))
