"""Trains what a spec of this folder says in PyTorch, on the same data, and prints the accuracy on the test.

    python samples/cifar/pytorch.py samples/cifar/resnet.json [--seeds 3] [--threads 1]

The network, initial distributions, optimiser, schedule and augmentation are those of the spec, random numbers are PyTorch's.
As Fathom does, it holds a part of the training back, and keeps the weights of the epoch with the least loss there.
Needs torch alone.
"""

import argparse
import copy
import json
import math
import struct
import time
from pathlib import Path

import torch
import torch.nn as nn
import torch.nn.functional as F


def idx(path):
    data = path.read_bytes()
    rank = data[3]
    shape = struct.unpack(f">{rank}I", data[4 : 4 + 4 * rank])
    return torch.frombuffer(bytearray(data[4 + 4 * rank :]), dtype=torch.uint8).reshape(shape)


INITIAL = {
    "heNormal": lambda w: nn.init.kaiming_normal_(w, nonlinearity="relu"),
    "xavierNormal": nn.init.xavier_normal_,
    "xavierUniform": nn.init.xavier_uniform_,
}


def begun(layer, spec, default):
    INITIAL[spec.get("initializer", default)](layer.weight)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


class Residual(nn.Module):
    def __init__(self, spec, channels):
        super().__init__()
        self.body, self.channels = network(spec["body"], channels)
        self.shortcut, _ = network(spec.get("shortcut", []), channels)

    def forward(self, x):
        return F.relu(self.body(x) + self.shortcut(x))


class Tokens(nn.Module):
    """The vectors of patches."""

    def __init__(self, spec, channels):
        super().__init__()
        self.patches = begun(nn.Conv2d(channels, spec["features"], spec["patch"], spec["patch"]), spec, "xavierUniform")

    def forward(self, x):
        return self.patches(x).flatten(2).transpose(1, 2)


class ClassToken(nn.Module):
    def __init__(self, features):
        super().__init__()
        self.weight = nn.Parameter(0.02 * torch.randn(features))

    def forward(self, x):
        return torch.cat([self.weight.expand(len(x), 1, -1), x], 1)


class Positions(nn.Module):
    def __init__(self, features, length=65):
        super().__init__()
        self.weight = nn.Parameter(0.02 * torch.randn(length, features))

    def forward(self, x):
        return x + self.weight


class Encoder(nn.Module):
    def __init__(self, spec, features):
        super().__init__()
        linear = lambda i, o: begun(nn.Linear(i, o), spec, "smallNormal")
        self.n1, self.n2 = nn.LayerNorm(features), nn.LayerNorm(features)
        self.qkv, self.out = linear(features, 3 * features), linear(features, features)
        self.up, self.down = linear(features, spec["hidden"]), linear(spec["hidden"], features)
        self.heads = spec["heads"]

    def forward(self, x):
        q, k, v = (t.unflatten(-1, (self.heads, -1)).transpose(1, 2) for t in self.qkv(self.n1(x)).chunk(3, -1))
        x = x + self.out(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2))
        return x + self.down(F.gelu(self.up(self.n2(x))))


class First(nn.Module):
    def forward(self, x):
        return x[:, 0]


def network(specs, channels):
    """The layers, and how many channels or features come out."""
    layers = []
    for spec in specs:
        match spec["type"]:
            case "conv2d":
                made = nn.Conv2d(channels, spec["filters"], spec["kernel"], spec.get("stride", 1), spec["padding"], bias=False)
                layers.append(begun(made, spec, "heNormal"))
                channels = spec["filters"]
            case "batchnorm":
                layers.append(nn.BatchNorm2d(channels))
            case "residual":
                layers.append(Residual(spec, channels))
                channels = layers[-1].channels
            case "globalaveragepool":
                layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten()]
            case "dense":
                layers.append(begun(nn.Linear(channels, spec["units"]), spec, "heNormal"))
                channels = spec["units"]
            case "patchembedding":
                layers.append(Tokens(spec, channels))
                channels = spec["features"]
            case "classtoken":
                layers.append(ClassToken(channels))
            case "learnedpositions":
                layers.append(Positions(channels))
            case "encoder":
                layers.append(Encoder(spec, channels))
            case "layernorm":
                layers.append(nn.LayerNorm(channels))
            case "sequencepool":
                layers.append(First())
            case other:
                raise SystemExit(f"no layer {other} here")
        if spec["type"] != "residual" and spec.get("activation") == "relu":
            layers.append(nn.ReLU())
    return nn.Sequential(*layers), channels


def cropped(x, padding=4):
    """Each picture cut out of itself with black around it, half of them mirrored."""
    b, _, h, w = x.shape
    wide = F.pad(x, (padding,) * 4)
    rows = torch.randint(0, 2 * padding + 1, (b, 1)) + torch.arange(h)
    columns = torch.randint(0, 2 * padding + 1, (b, 1)) + torch.arange(w)
    columns = torch.where(torch.rand(b, 1) < 0.5, columns.flip(1), columns)
    return wide[torch.arange(b)[:, None, None], :, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)


def optimizer(spec, model):
    rate, decay = spec["learningRate"], spec.get("weightDecay", 0)
    if spec["type"] == "sgd":
        return torch.optim.SGD(model.parameters(), rate, spec["momentum"], nesterov=spec["nesterov"], weight_decay=decay)
    # As Fathom by default: vectors do not decay.
    matrices = [p for p in model.parameters() if p.ndim > 1]
    vectors = [p for p in model.parameters() if p.ndim < 2]
    return torch.optim.AdamW([{"params": matrices}, {"params": vectors, "weight_decay": 0}], rate, weight_decay=decay)


def run(spec, folder, seed):
    torch.manual_seed(seed)
    data, training = spec["data"], spec["training"]
    mean, deviation = (torch.tensor(data[k]).reshape(-1, 1, 1) for k in ("mean", "deviation"))
    prepared = lambda x: (x.float() * data["scale"] - mean) / deviation
    images, labels = idx(folder / data["images"]), idx(folder / data["labels"]).long()
    test, expected = idx(folder / data["testImages"]), idx(folder / data["testLabels"]).long()
    order = torch.randperm(len(images))
    held = round(training["validation"] * len(images))
    validation, order = order[:held], order[held:]
    model, _ = network(spec["model"], images.shape[1])
    size, epochs = training["batchSize"], training["epochs"]
    optim = optimizer(training["optimizer"], model)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optim, [g["lr"] for g in optim.param_groups], epochs * math.ceil(len(order) / size), cycle_momentum=False
    )

    def said(x):
        model.eval()
        with torch.no_grad():
            return torch.cat([model(prepared(part)) for part in x.split(500)])

    best, kept, start = math.inf, None, time.time()
    for _ in range(epochs):
        model.train()
        for batch in order[torch.randperm(len(order))].split(size):
            loss = F.cross_entropy(model(prepared(cropped(images[batch]))), labels[batch])
            optim.zero_grad()
            loss.backward()
            optim.step()
            schedule.step()
        loss = F.cross_entropy(said(images[validation]), labels[validation]).item()
        if loss < best:
            best, kept = loss, copy.deepcopy(model.state_dict())
    seconds = time.time() - start
    model.load_state_dict(kept)
    accuracy = (said(test).argmax(1) == expected).float().mean().item()
    parameters = sum(p.numel() for p in model.parameters())
    print(f"seed {seed}: accuracy {accuracy:.4f}, {parameters:,} parameters, {seconds:.0f} s", flush=True)
    return accuracy


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("spec", type=Path)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    spec = json.loads(given.spec.read_text())
    first = spec["training"]["seed"]
    found = torch.tensor([run(spec, given.spec.parent, first + i) for i in range(given.seeds)], dtype=torch.float64)
    if given.seeds > 1:
        print(f"mean of {given.seeds}: accuracy {found.mean():.4f} (deviation {found.std():.4f})")
