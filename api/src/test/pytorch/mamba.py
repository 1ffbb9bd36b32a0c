"""Makes the numbers that Fathom's layer mamba is compared with: the equations of Gu and Dao, "Mamba" (2023), step by step.

usage: python3 mamba.py FOLDER   (FOLDER is api/src/test/resources/pytorch)
The committed file came from PyTorch 2.13 on a CPU.
"""
import json, math, sys
from pathlib import Path

import torch
import torch.nn as nn
import torch.nn.functional as F

from sequences import Padded, case


class Mamba(nn.Module):
    def __init__(self, features, state=16, kernel=4, expand=2, rank=None):
        super().__init__()
        inner = expand * features
        self.rank, self.state = rank or math.ceil(features / 16), state
        self.in_proj = nn.Linear(features, 2 * inner, bias=False)
        self.conv1d = nn.Conv1d(inner, inner, kernel, padding=kernel - 1, groups=inner)
        self.x_proj = nn.Linear(inner, self.rank + 2 * state, bias=False)
        self.dt_proj = nn.Linear(self.rank, inner)
        self.A_log = nn.Parameter(torch.log(torch.arange(1.0, state + 1)).repeat(inner, 1) + 0.1 * torch.randn(inner, state))
        self.D = nn.Parameter(1 + 0.3 * torch.randn(inner))
        self.out_proj = nn.Linear(inner, features, bias=False)

    def forward(self, x, seen=None):
        time = x.shape[1]
        u, z = self.in_proj(x).chunk(2, -1)
        if seen is not None:
            u = u * seen.unsqueeze(-1)
        u = F.silu(self.conv1d(u.transpose(1, 2))[..., :time].transpose(1, 2))
        low, b, c = self.x_proj(u).split([self.rank, self.state, self.state], -1)
        delta = F.softplus(self.dt_proj(low))
        if seen is not None:
            delta = delta * seen.unsqueeze(-1)
        a = -self.A_log.exp()
        h, steps = torch.zeros(x.shape[0], *a.shape), []
        for t in range(time):
            d = delta[:, t].unsqueeze(-1)
            h = (d * a).exp() * h + d * u[:, t].unsqueeze(-1) * b[:, t].unsqueeze(1)
            steps.append((h * c[:, t].unsqueeze(1)).sum(-1))
        return self.out_proj((torch.stack(steps, 1) + self.D * u) * F.silu(z))


def names(module, prefix=""):
    return {prefix + n: f"mamba1.{n}" for n, _ in module.named_parameters()}


def layers():
    torch.manual_seed(17)
    ids = torch.tensor([[3, 5, 1, 2, 4, 4], [2, 2, 5, 0, 0, 0], [0, 1, 3, 0, 2, 0]])
    token = {"type": "embedding", "vocabulary": 6, "features": 3, "padding": 0}
    small = Mamba(5, 3, 2, 1, 2)
    one = Mamba(2, 1, 1, 3)
    padded = Padded(6, 3, Mamba(3, 4))
    return [
        case("mamba, state 3, kernel 2", [{"type": "mamba", "state": 3, "kernel": 2, "expand": 1, "rank": 2}], small,
             names(small), torch.randn(2, 7, 5)),
        case("mamba, no neighbours", [{"type": "mamba", "state": 1, "kernel": 1, "expand": 3}], one, names(one),
             torch.randn(3, 1, 2)),
        case("mamba, padded", [token, {"type": "mamba", "state": 4}], padded,
             {"tokens.weight": "embedding1.weight"} | names(padded.body, "body."), ids),
    ]


if __name__ == "__main__":
    content = json.dumps(layers(), separators=(",", ":"))
    (Path(sys.argv[1]) / "mamba.json").write_text(content + "\n")
