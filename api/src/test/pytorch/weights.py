"""Makes the numbers that weights of classes and examples are compared with.

usage: python3 weights.py FOLDER   (FOLDER is api/src/test/resources/pytorch)
The committed file came from PyTorch 1.13 and scikit-learn 1.2 on a CPU.
"""
import json, sys
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from sklearn.utils.class_weight import compute_class_weight

torch.set_num_threads(1)
LABELS = ["ash", "elm", "oak"]
BATCH, RATE = 5, 0.5


def numbers(t):
    return [float(f"{v:.9g}") for v in t.detach().flatten().tolist()]


def learned(x, y, of_class, of_example, squared):
    """One epoch of a dense layer that begins with zeros, the last batch a partial one."""
    net = nn.Linear(3, 1 if squared else 3)
    for p in net.parameters():
        nn.init.zeros_(p)
    optimizer = torch.optim.SGD(net.parameters(), RATE)
    total = weight = 0.0
    for at in range(0, len(x), BATCH):
        rows = slice(at, at + BATCH)
        optimizer.zero_grad()
        out = net(x[rows])
        each = (out[:, 0] - y[rows]) ** 2 if squared else F.cross_entropy(out, y[rows], reduction="none")
        w = of_example[rows] if squared else of_example[rows] * of_class[y[rows]]
        loss = (w * each).sum() / w.sum()
        if not squared and torch.all(of_example == 1):
            # PyTorch's own mean is the same.
            own = F.cross_entropy(out, y[rows], weight=of_class)
            assert torch.allclose(loss, own, rtol=1e-6), (loss, own)
        loss.backward()
        optimizer.step()
        total += float((w * each).sum())
        weight += float(w.sum())
    with torch.no_grad():
        out = net(x)
        each = (out[:, 0] - y) ** 2 if squared else F.cross_entropy(out, y, reduction="none")
        return {"loss": total / weight, "weights": numbers(net.weight), "bias": numbers(net.bias),
                # Of examples to measure on the weights of classes do not count.
                "measured": float((of_example * each).sum() / of_example.sum())}


if __name__ == "__main__":
    torch.manual_seed(7)
    x = torch.randn(13, 3)
    y = torch.tensor([0, 1, 1, 2, 1, 1, 0, 1, 1, 1, 2, 1, 1])
    balanced = compute_class_weight("balanced", classes=np.arange(3), y=y.numpy())
    given = torch.tensor([2.0, 1.0, 0.25])
    examples = torch.rand(13) * 3 + 0.01
    ones, same = torch.ones(13), torch.ones(3)
    number = torch.randn(13)
    content = {
        "labels": LABELS, "x": numbers(x), "y": y.tolist(), "number": numbers(number),
        "examples": numbers(examples), "batch": BATCH, "rate": RATE, "balancedWeights": balanced.tolist(),
        "cases": {
            "none": learned(x, y, same, ones, False),
            "balanced": learned(x, y, torch.tensor(balanced, dtype=torch.float32), ones, False),
            "given": learned(x, y, given, ones, False),
            "examples": learned(x, y, same, examples, False),
            "both": learned(x, y, given, examples, False),
            "squared": learned(x, number, same, examples, True)}}
    (Path(sys.argv[1]) / "weights.json").write_text(json.dumps(content, separators=(",", ":")) + "\n")
