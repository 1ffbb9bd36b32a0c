"""Trains what seq2seq.json says in PyTorch, from the same weights on the same batches, and translates the test.

    ./fathom train samples/translate/seq2seq.json --export exported
    python samples/translate/pytorch.py samples/translate/seq2seq.json exported [--threads 1] > ids.txt

Each line of the output has the tokens of an example of the test, the likeliest at each step; Score.java compares them
with the right texts. Losses go to standard error. Dropout is PyTorch's own; as Fathom does, it keeps the weights of the epoch
with the least loss on what is held back. Needs torch alone.
"""

import argparse
import copy
import json
import math
import struct
import sys
import time

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


class Model:
    def __init__(self, layer, weights):
        self.weights, self.layer, self.source = weights, layer, layer["source"]
        self.padding = layer["encoder"][0]["padding"]
        self.drop = 0.0

    def linear(self, x, name):
        return F.linear(x, self.weights[name + ".weight"], self.weights[name + ".bias"])

    def norm(self, x, name):
        return F.layer_norm(x, x.shape[-1:], self.weights[name + ".weight"], self.weights[name + ".bias"])

    def dropout(self, x):
        return F.dropout(x, self.drop, self.drop > 0)

    def embed(self, ids, side):
        spec = self.layer[side][0]
        x = self.weights[f"encoderdecoder1.{side}.embedding1.weight"][ids] * spec["scale"]
        x = x * (ids != self.padding).unsqueeze(-1)
        features = spec["features"]
        angles = torch.arange(ids.shape[1])[:, None] / 10000 ** (torch.arange(0, features, 2) / features)
        return self.dropout(x + torch.stack([angles.sin(), angles.cos()], -1).flatten(1))

    def attend(self, q, k, v, heads, mask=None, causal=False):
        q, k, v = (part.unflatten(-1, (heads, -1)).transpose(1, 2) for part in (q, k, v))
        seen = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, is_causal=causal, dropout_p=self.drop)
        return seen.transpose(1, 2).flatten(2)

    def feed_forward(self, x, name):
        return self.linear(F.gelu(self.linear(x, name + ".up")), name + ".down")

    def blocks(self, side):
        count = sum(layer["type"] == side for layer in self.layer[side])
        heads = next(layer["heads"] for layer in self.layer[side] if layer["type"] == side)
        return heads, [f"encoderdecoder1.{side}.{side}{i + 1}." for i in range(count)]

    def encode(self, ids):
        mask = (ids != self.padding)[:, None, None, :]
        x = self.embed(ids, "encoder")
        heads, blocks = self.blocks("encoder")
        for block in blocks:
            q, k, v = self.linear(self.norm(x, block + "norm1"), block + "attention.qkv").chunk(3, -1)
            x = x + self.dropout(self.linear(self.attend(q, k, v, heads, mask), block + "attention.output"))
            x = x + self.dropout(self.feed_forward(self.norm(x, block + "norm2"), block + "feedforward"))
        return self.norm(x, "encoderdecoder1.encoder.layernorm1"), mask

    def decode(self, ids, memory, mask):
        x = self.embed(ids, "decoder")
        heads, blocks = self.blocks("decoder")
        for block in blocks:
            q, k, v = self.linear(self.norm(x, block + "norm1"), block + "attention.qkv").chunk(3, -1)
            x = x + self.dropout(self.linear(self.attend(q, k, v, heads, causal=True), block + "attention.output"))
            q = self.linear(self.norm(x, block + "norm2"), block + "cross.query")
            k, v = self.linear(memory, block + "cross.keyvalue").chunk(2, -1)
            x = x + self.dropout(self.linear(self.attend(q, k, v, heads, mask), block + "cross.output"))
            x = x + self.dropout(self.feed_forward(self.norm(x, block + "norm3"), block + "feedforward"))
        x = self.norm(x, "encoderdecoder1.decoder.layernorm1")
        return x @ self.weights["encoderdecoder1.decoder.embedding1.weight"].T

    def logits(self, ids):
        memory, mask = self.encode(ids[:, : self.source])
        return self.decode(ids[:, self.source :], memory, mask)

    def translate(self, source, start, end, length):
        """The likeliest token at each step."""
        memory, mask = self.encode(source)
        ids = torch.full((len(source), 1), start)
        done = torch.zeros(len(source), dtype=torch.bool)
        while ids.shape[1] <= length and not done.all():
            following = self.decode(ids, memory, mask)[:, -1].argmax(-1)
            done |= following == end
            ids = torch.cat([ids, following[:, None]], 1)
        return ids[:, 1:]


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("spec")
    arguments.add_argument("exported")
    arguments.add_argument("--threads", type=int, default=1)
    arguments = arguments.parse_args()
    torch.set_num_threads(arguments.threads)
    with open(arguments.spec) as file:
        spec = json.load(file)
    training, layer = spec["training"], spec["model"][0]
    weights = {k: v.clone().requires_grad_() for k, v in load_file(f"{arguments.exported}/initial.safetensors").items()}
    batches = load_file(f"{arguments.exported}/batches.safetensors")
    torch.manual_seed(training["seed"])
    model = Model(layer, weights)
    rate = next(part["rate"] for part in layer["encoder"] if part["type"] == "dropout")
    smoothing = training["loss"]["labelSmoothing"]

    def rows(part, i):
        used = batches[part + ".mask"][i].bool()
        return batches[part + ".input"][i][used].long(), batches[part + ".target"][i][used].long()

    def loss(ids, target):
        return F.cross_entropy(
            model.logits(ids).flatten(0, 1), target.flatten(), ignore_index=-1, label_smoothing=smoothing)

    optimizer = training["optimizer"]
    adamw = torch.optim.AdamW(
        [{"params": [w for w in weights.values() if w.dim() >= 2]},
         {"params": [w for w in weights.values() if w.dim() < 2], "weight_decay": 0.0}],
        lr=optimizer["learningRate"], betas=(0.9, optimizer["beta2"]), eps=1e-8, weight_decay=optimizer["weightDecay"])
    steps, warmup = len(batches["train.input"]), training["schedule"]["warmupSteps"]
    epoch = steps // training["epochs"]
    best, kept, start = math.inf, None, time.time()
    for step in range(steps):
        model.drop = rate
        for group in adamw.param_groups:
            done = (step - warmup) / max(1, steps - warmup)
            factor = (step + 1) / warmup if step < warmup else 0.5 * (1 + math.cos(math.pi * done))
            group["lr"] = optimizer["learningRate"] * factor
        adamw.zero_grad()
        loss(*rows("train", step)).backward()
        torch.nn.utils.clip_grad_norm_(list(weights.values()), training["clipNorm"])
        adamw.step()
        if (step + 1) % epoch == 0:
            model.drop = 0.0
            with torch.no_grad():
                held = [rows("validation", i) for i in range(len(batches["validation.input"]))]
                mean = sum(loss(*each).item() * len(each[0]) for each in held) / sum(len(each[0]) for each in held)
            print(f"epoch {(step + 1) // epoch}  validation loss {mean:.4f}  {time.time() - start:.0f} s",
                  file=sys.stderr, flush=True)
            if mean < best:
                best, kept = mean, copy.deepcopy(weights)
    model.weights, model.drop = kept, 0.0
    with torch.no_grad():
        for i in range(len(batches["test.input"])):
            ids, target = rows("test", i)
            first = int(ids[0, model.source])
            end = int(target[0][target[0] >= 0][-1])
            for row in model.translate(ids[:, : model.source], first, end, target.shape[1]).tolist():
                print(*row[: row.index(end)] if end in row else row)


if __name__ == "__main__":
    main()
