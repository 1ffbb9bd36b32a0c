"""Makes the numbers that Fathom's forms of attention in open models are compared with.

usage: python3 attention.py FOLDER   (FOLDER is api/src/test/resources/pytorch)
The committed file came from PyTorch 2.13 and transformers 5.18 on a CPU: rotations are those of
transformers' modeling_rope_utils.
"""
import json, sys
from pathlib import Path

import torch
import torch.nn as nn
from transformers import LlamaConfig
from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

from sequences import case, scramble

torch.set_num_threads(1)


def speeds(size, rope):
    """As transformers has them, and the factor of cosines and sines."""
    config = LlamaConfig(hidden_size=2 * size, num_attention_heads=2, head_dim=size,
                         max_position_embeddings=64, rope_parameters=rope)
    return ROPE_INIT_FUNCTIONS[rope["rope_type"]](config, torch.device("cpu"))


class Attention(nn.Module):
    def __init__(self, features, heads, key_heads, size=None, window=None, rope=None, norm=None,
                 scale=None, cap=None, bias=True, output_bias=True):
        super().__init__()
        self.heads, self.key_heads = heads, key_heads
        self.size = size or features // heads
        self.window, self.rope, self.cap = window, rope, cap
        self.scale = scale or self.size ** -0.5
        self.qkv = nn.Linear(features, (heads + 2 * key_heads) * self.size, bias)
        self.output = nn.Linear(heads * self.size, features, output_bias)
        self.queryNorm = nn.RMSNorm(self.size, norm) if norm else None
        self.keyNorm = nn.RMSNorm(self.size, norm) if norm else None

    def turned(self, x):
        if not self.rope:
            return x
        inverse, factor = speeds(self.size, self.rope)
        angles = torch.outer(torch.arange(x.shape[2]).float(), inverse)
        cos, sin = (torch.cat((f(angles), f(angles)), -1) * factor for f in (torch.cos, torch.sin))
        half = self.size // 2
        return x * cos + torch.cat((-x[..., half:], x[..., :half]), -1) * sin

    def forward(self, x):
        batch, time, _ = x.shape
        counts = [self.heads, self.key_heads, self.key_heads]
        parts = self.qkv(x).split([count * self.size for count in counts], -1)
        q, k, v = (part.view(batch, time, count, self.size).transpose(1, 2)
                   for part, count in zip(parts, counts))
        if self.queryNorm:
            q, k = self.queryNorm(q), self.keyNorm(k)
        q, k = self.turned(q), self.turned(k)
        k, v = (part.repeat_interleave(self.heads // self.key_heads, 1) for part in (k, v))
        scores = q @ k.transpose(-1, -2) * self.scale
        if self.cap:
            scores = self.cap * torch.tanh(scores / self.cap)
        place = torch.arange(time)
        seen = place[None] <= place[:, None]
        if self.window:
            seen &= place[None] > place[:, None] - self.window
        weights = scores.masked_fill(~seen, float("-inf")).softmax(-1)
        return self.output((weights @ v).transpose(1, 2).reshape(batch, time, -1))


class Block(nn.Module):
    """Of Gemma 2, with plain norms."""

    def __init__(self, features, hidden, attention):
        super().__init__()
        self.attention = attention
        for name in ("norm1", "norm2", "outputNorm1", "outputNorm2"):
            setattr(self, name, nn.RMSNorm(features, 1e-5))
        self.up = nn.Linear(features, hidden, False)
        self.gate = nn.Linear(features, hidden, False)
        self.down = nn.Linear(hidden, features, False)

    def forward(self, x):
        h = x + self.outputNorm1(self.attention(self.norm1(x)))
        n = self.norm2(h)
        inner = nn.functional.gelu(self.gate(n), approximate="tanh") * self.up(n)
        return h + self.outputNorm2(self.down(inner))


def main(folder):
    torch.manual_seed(7)

    def attention(name, keys, module, x):
        module = scramble(module)
        names = {key: f"attention1.{key}" for key, _ in module.named_parameters()}
        return case(name, [{"type": "attention", "causal": True, **keys}], module, names, x)

    def rope(kind, base, **more):
        return {"rope_type": kind, "rope_theta": base, **more}

    linear = rope("linear", 100.0, factor=3.0)
    llama3 = rope("llama3", 50.0, factor=4.0, low_freq_factor=1.0, high_freq_factor=4.0,
                  original_max_position_embeddings=16)
    yarn = rope("yarn", 50.0, factor=4.0, original_max_position_embeddings=16, beta_fast=4)
    cases = [
        attention("a head's own size", {"heads": 3, "keyHeads": 1, "headSize": 4},
                  Attention(5, 3, 1, 4), torch.randn(2, 6, 5)),
        attention("a window", {"heads": 2, "window": 3}, Attention(6, 2, 2, window=3),
                  torch.randn(2, 7, 6)),
        attention("a window of one, grouped", {"heads": 4, "keyHeads": 2, "window": 1},
                  Attention(8, 4, 2, window=1), torch.randn(1, 5, 8)),
        attention("a window wider than the text", {"heads": 2, "window": 9},
                  Attention(6, 2, 2, window=9), torch.randn(2, 5, 6)),
        attention("norms of heads, rotary",
                  {"heads": 2, "headSize": 4, "headNorm": 1e-6, "rotaryBase": 100,
                   "rotaryScaling": {"type": "linear", "factor": 3}},
                  Attention(5, 2, 2, 4, norm=1e-6, rope=linear), torch.randn(2, 6, 5)),
        attention("llama3", {"heads": 1, "headSize": 16, "rotaryBase": 50, "rotaryScaling":
                             {"type": "llama3", "factor": 4, "context": 16}},
                  Attention(3, 1, 1, 16, rope=llama3), torch.randn(1, 9, 3)),
        attention("yarn", {"heads": 1, "headSize": 16, "rotaryBase": 50, "rotaryScaling":
                           {"type": "yarn", "factor": 4, "context": 16, "fast": 4}},
                  Attention(3, 1, 1, 16, rope=yarn), torch.randn(1, 9, 3)),
        attention("soft cap, scale", {"heads": 2, "softCap": 1.5, "scoreScale": 0.8},
                  Attention(6, 2, 2, cap=1.5, scale=0.8), 2 * torch.randn(2, 4, 6)),
        attention("biases of queries, keys and values alone", {"heads": 2, "outputBias": False},
                  Attention(6, 2, 2, output_bias=False), torch.randn(2, 3, 6)),
    ]
    block = Block(6, 9, scramble(Attention(6, 2, 1, 4, window=3, cap=2.0, bias=False,
                                           output_bias=False)))
    names = {key: "decoder1." + ("feedforward." + key if key[:2] in ("up", "ga", "do") else key)
             for key, _ in block.named_parameters()}
    cases.append(case("norms of outputs, window, soft cap",
                      [{"type": "decoder", "heads": 2, "keyHeads": 1, "headSize": 4, "window": 3,
                        "softCap": 2, "bias": False, "hidden": 9, "gated": True,
                        "activation": "geluTanh", "norm": "rmsnorm", "normOutput": True}],
                      scramble(block), names, torch.randn(2, 6, 6)))
    empty = nn.Identity()
    cases.append(case("softcap", [{"type": "softcap", "cap": 1.5}], empty, {}, 2 * torch.randn(4, 5),
                      forward=lambda x: 1.5 * torch.tanh(x / 1.5)))
    types = nn.Embedding(3, 4)
    cases.append(case("tokentypes", [{"type": "tokentypes", "types": 3}], types,
                      {"weight": "tokentypes1.weight"}, torch.randn(2, 5, 4),
                      forward=lambda x: x + types.weight[0]))
    (folder / "attention.json").write_text(json.dumps(cases, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
