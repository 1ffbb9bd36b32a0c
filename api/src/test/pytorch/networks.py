"""Makes the numbers that the presets are compared with, in their full size: two steps of training.

usage: python3 networks.py FOLDER   (FOLDER is api/src/test/resources/pytorch)
The committed file came from PyTorch 2.13 on a CPU. Weights follow from a formula, since there are many.
"""
import json, math, sys
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_num_threads(1)
RATE = 0.01


def numbers(salt, shape):
    """Numbers in [-1, 1) from their place: a hash of 32 bits (lowbias32)."""
    x = np.arange(math.prod(shape), dtype=np.uint32) + np.uint32(salt * 0x9E3779B1 & 0xFFFFFFFF)
    for shift, factor in ((16, 0x7FEB352D), (15, 0x846CA68B)):
        x ^= x >> np.uint32(shift)
        x *= np.uint32(factor)
    x ^= x >> np.uint32(16)
    return torch.from_numpy(x.astype(np.float64) / 2 ** 31 - 1).reshape(shape)


def fill(module):
    """Matrices as He et al. (2015), vectors near 1 or 0: [shape, what a vector is near to]."""
    out = []
    for salt, (name, p) in enumerate(module.named_parameters()):
        near = 1.0 if p.dim() == 1 and name.endswith("weight") else 0.0
        scale = math.sqrt(6 / math.prod(p.shape[1:])) if p.dim() > 1 else 0.1
        p.data = (near + scale * numbers(salt, p.shape)).float()
        out.append({"shape": list(p.shape), "near": near})
    return out


class ResponseNorm(nn.Module):
    """Section 3.3 of the paper, with its sum over five channels."""
    def forward(self, x):
        squares = F.pad(x * x, (0, 0, 0, 0, 2, 2))
        return x / (2 + 1e-4 * sum(squares[:, i:i + x.shape[1]] for i in range(5))) ** 0.75


def alexnet(classes):
    pool = lambda: nn.MaxPool2d(3, 2)
    # Dropout is left out: its chance is not PyTorch's.
    return nn.Sequential(
        nn.Conv2d(3, 96, 11, 4, 2), nn.ReLU(), ResponseNorm(), pool(),
        nn.Conv2d(96, 256, 5, padding=2, groups=2), nn.ReLU(), ResponseNorm(), pool(),
        nn.Conv2d(256, 384, 3, padding=1), nn.ReLU(), nn.Conv2d(384, 384, 3, padding=1, groups=2), nn.ReLU(),
        nn.Conv2d(384, 256, 3, padding=1, groups=2), nn.ReLU(), pool(), nn.Flatten(),
        nn.Linear(9216, 4096), nn.ReLU(), nn.Linear(4096, 4096), nn.ReLU(), nn.Linear(4096, classes))


class Basic(nn.Module):
    def __init__(self, before, filters, stride):
        super().__init__()
        self.c1, self.b1 = nn.Conv2d(before, filters, 3, stride, 1, bias=False), nn.BatchNorm2d(filters)
        self.c2, self.b2 = nn.Conv2d(filters, filters, 3, 1, 1, bias=False), nn.BatchNorm2d(filters)
        if before != filters:
            self.s = nn.Sequential(nn.Conv2d(before, filters, 1, stride, bias=False), nn.BatchNorm2d(filters))

    def forward(self, x):
        around = self.s(x) if hasattr(self, "s") else x
        return F.relu(self.b2(self.c2(F.relu(self.b1(self.c1(x))))) + around)


def resnet18(classes, first=64, channels=3):
    parts, before = [nn.Conv2d(channels, first, 3, 1, 1, bias=False), nn.BatchNorm2d(first), nn.ReLU()], first
    for stage in range(4):
        filters = first << stage
        parts += [Basic(before, filters, 1 if stage == 0 else 2), Basic(filters, filters, 1)]
        before = filters
    return nn.Sequential(*parts, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(before, classes))


class Tokens(nn.Module):
    def __init__(self, features, patch, patches):
        super().__init__()
        self.patches = nn.Conv2d(3, features, patch, patch)
        self.token = nn.ParameterDict({"weight": torch.zeros(features)})
        self.positions = nn.ParameterDict({"weight": torch.zeros(patches + 1, features)})

    def forward(self, x):
        x = self.patches(x).flatten(2).transpose(1, 2)
        return torch.cat([self.token["weight"].expand(len(x), 1, -1), x], 1) + self.positions["weight"]


class Encoder(nn.Module):
    """Norm first, its parameters in the order in which they are used."""
    def __init__(self, features, heads):
        super().__init__()
        self.n1, self.qkv, self.out = nn.LayerNorm(features), nn.Linear(features, 3 * features), nn.Linear(features, features)
        self.n2, self.up, self.down = nn.LayerNorm(features), nn.Linear(features, 4 * features), nn.Linear(4 * features, features)
        self.heads = heads

    def forward(self, x):
        q, k, v = (t.unflatten(-1, (self.heads, -1)).transpose(1, 2) for t in self.qkv(self.n1(x)).chunk(3, -1))
        x = x + self.out(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2))
        return x + self.down(F.gelu(self.up(self.n2(x))))


class First(nn.Module):
    def forward(self, x):
        return x[:, 0]


def vit(classes):
    return nn.Sequential(Tokens(192, 4, 64), *(Encoder(192, 3) for _ in range(6)), nn.LayerNorm(192), First(), nn.Linear(192, classes))


def steps(model, module, shape, classes, training):
    module.train(training)
    parameters = fill(module)
    x, y = numbers(1000, shape).float(), torch.arange(shape[0]) % classes
    losses = []
    for step in range(2):
        logits = module(x)
        loss = F.cross_entropy(logits, y)
        losses.append(loss.item())
        module.zero_grad()
        loss.backward()
        if step == 0:
            first = logits.detach()
            for p, made in zip(module.parameters(), parameters):
                made["norm"] = p.grad.double().norm().item()
                made["gradient"] = [float(f"{v:.7g}") for v in p.grad.flatten()[:3].tolist()]
        with torch.no_grad():
            for p in module.parameters():
                p -= RATE * p.grad
    print(model, losses, sum(p.numel() for p in module.parameters()))
    return {"model": model, "shape": list(shape), "training": training, "rate": RATE, "losses": losses,
            "logits": first.flatten()[:8].tolist(), "logitsNorm": first.double().norm().item(), "parameters": parameters}


if __name__ == "__main__":
    content = [
        steps({"preset": "alexnet", "classes": 1000}, alexnet(1000), (2, 3, 224, 224), 1000, False),
        steps({"preset": "resnet18"}, resnet18(10), (4, 3, 32, 32), 10, True),
        steps({"preset": "resnet18", "width": 0.25}, resnet18(10, 16, 1), (6, 1, 28, 28), 10, True),
        steps({"preset": "vit"}, vit(10), (4, 3, 32, 32), 10, False),
    ]
    (Path(sys.argv[1]) / "networks.json").write_text(json.dumps(content, separators=(",", ":")) + "\n")
