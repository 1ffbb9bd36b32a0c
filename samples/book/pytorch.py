"""Trains what gpt.json says in PyTorch, from the same weights on the same batches, and prints the loss.

    ./fathom train samples/book/gpt.json --export exported
    python samples/book/pytorch.py samples/book/gpt.json exported

A number behind that is how many steps to take instead of the spec's. pytorch.json keeps what it printed.
Needs torch alone. Reads the sizes, the optimiser and the schedule from the spec.
"""

import json
import math
import struct
import sys

import torch
import torch.nn.functional as F

def load_file(name):
    """The tensors of a safetensors file: the header's length, the header, the values."""
    with open(name, "rb") as file:
        data = bytearray(file.read())
    start = 8 + struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:start])
    header.pop("__metadata__", None)
    types = {"F32": torch.float32, "I32": torch.int32}
    return {
        key: torch.frombuffer(
            data, dtype=types[entry["dtype"]], count=math.prod(entry["shape"]), offset=start + entry["data_offsets"][0]
        ).reshape(entry["shape"])
        for key, entry in header.items()
    }


def main(spec_file, folder, steps=None):
    with open(spec_file) as file:
        spec = json.load(file)
    weights = {k: v.clone().requires_grad_() for k, v in load_file(f"{folder}/initial.safetensors").items()}
    batches = load_file(f"{folder}/batches.safetensors")
    training = spec["training"]
    heads = next(layer["heads"] for layer in spec["model"] if layer["type"] == "decoder")
    blocks = sum(layer["type"] == "decoder" for layer in spec["model"])

    def linear(x, name):
        return F.linear(x, weights[name + ".weight"], weights[name + ".bias"])

    def norm(x, name):
        return F.layer_norm(x, x.shape[-1:], weights[name + ".weight"], weights[name + ".bias"])

    def split(x):
        return x.unflatten(-1, (heads, -1)).transpose(1, 2)

    def forward(ids):
        x = weights["embedding1.weight"][ids] + weights["learnedpositions1.weight"][: ids.shape[1]]
        for block in (f"decoder{i + 1}." for i in range(blocks)):
            q, k, v = linear(norm(x, block + "norm1"), block + "attention.qkv").chunk(3, -1)
            seen = F.scaled_dot_product_attention(split(q), split(k), split(v), is_causal=True)
            x = x + linear(seen.transpose(1, 2).flatten(2), block + "attention.output")
            hidden = linear(norm(x, block + "norm2"), block + "feedforward.up")
            x = x + linear(F.gelu(hidden, approximate="tanh"), block + "feedforward.down")
        return norm(x, "layernorm1") @ weights["embedding1.weight"].T

    def loss(part, i):
        """The mean over the rows that are no padding, and how many these are."""
        rows = batches[part + ".mask"][i].bool()
        ids, target = batches[part + ".input"][i][rows].long(), batches[part + ".target"][i][rows].long()
        return F.cross_entropy(forward(ids).flatten(0, 1), target.flatten(), ignore_index=-1), len(ids)

    optimizer = training["optimizer"]
    matrices = [w for w in weights.values() if w.dim() >= 2]
    vectors = [w for w in weights.values() if w.dim() < 2]
    adamw = torch.optim.AdamW(
        [{"params": matrices}, {"params": vectors, "weight_decay": 0.0}],
        lr=optimizer["learningRate"], betas=(optimizer.get("beta1", 0.9), optimizer.get("beta2", 0.999)),
        eps=1e-8, weight_decay=optimizer["weightDecay"])
    steps, warmup = int(steps or training["steps"]), training["schedule"]["warmupSteps"]

    def factor(step):
        if step < warmup:
            return (step + 1) / warmup
        return 0.5 * (1 + math.cos(math.pi * (step - warmup) / max(1, steps - warmup)))

    total = 0
    for step in range(steps):
        for group in adamw.param_groups:
            group["lr"] = optimizer["learningRate"] * factor(step)
        adamw.zero_grad()
        value, _ = loss("train", step)
        value.backward()
        torch.nn.utils.clip_grad_norm_(list(weights.values()), training["clipNorm"])
        adamw.step()
        total += value.item()
        if (step + 1) % 50 == 0:
            print(f"step {step + 1}  loss {value.item():.4f}", flush=True)

    print(f"mean loss {total / steps:.4f}")
    with torch.no_grad():
        parts = [loss("validation", i) for i in range(len(batches["validation.input"]))]
    print(f"validation loss {sum(l.item() * n for l, n in parts) / sum(n for _, n in parts):.4f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
