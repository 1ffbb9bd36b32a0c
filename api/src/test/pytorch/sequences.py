"""Makes the numbers that Fathom's layers for sequences are compared with.

usage: python3 sequences.py FOLDER   (FOLDER is api/src/test/resources/pytorch)
The committed files came from PyTorch 2.13 on a CPU.
"""
import json, math, sys
from pathlib import Path

import torch
import torch.nn as nn
import torch.nn.functional as F

from fixtures import named, tensor

torch.set_num_threads(1)


def case(name, layers, module, names, x, forward=None):
    """As in fixtures.py, but token ids have no gradient, and there are no states."""
    ids = not x.is_floating_point()
    x = x if ids else x.clone().requires_grad_()
    y = (forward or module)(x)
    cotangent = torch.randn_like(y)
    (y * cotangent).sum().backward()
    out = {
        "name": name,
        "layers": layers,
        "training": False,
        "input": tensor(x),
        "parameters": {k: tensor(v) for k, v in named(module, names).items()},
        "states": {},
        "output": tensor(y),
        "cotangent": tensor(cotangent),
        "gradients": {k: tensor(v.grad) for k, v in named(module, names).items()},
        "newStates": {},
    }
    if not ids:
        out["inputGradient"] = tensor(x.grad)
    return out


def scramble(module):
    """Norms and biases that start at 1 and 0 would hide mistakes."""
    with torch.no_grad():
        for p in module.parameters():
            if p.dim() == 1:
                p.add_(0.3 * torch.randn_like(p))
            elif p.abs().max() < 0.05:
                p.normal_(0, 0.2)
    return module


def rotary(x, base=10000.0):
    """x [batch, heads, time, size], as in Hugging Face's Llama."""
    size, time = x.shape[-1], x.shape[-2]
    angles = torch.outer(torch.arange(time).float(), base ** (-torch.arange(0, size, 2).float() / size))
    cos, sin = torch.cat((angles, angles), -1).cos(), torch.cat((angles, angles), -1).sin()
    turned = torch.cat((-x[..., size // 2:], x[..., :size // 2]), -1)
    return x * cos + turned * sin


class Attention(nn.Module):
    def __init__(self, features, heads, key_heads, causal=False, turn=False, bias=True):
        super().__init__()
        self.heads, self.key_heads, self.causal, self.turn = heads, key_heads, causal, turn
        self.size = features // heads
        self.qkv = nn.Linear(features, features + 2 * key_heads * self.size, bias=bias)
        self.output = nn.Linear(features, features, bias=bias)

    def forward(self, x, seen=None):
        b, t, f = x.shape
        k = self.key_heads * self.size
        q, k, v = self.qkv(x).split([f, k, k], -1)
        q, k, v = (y.view(b, t, -1, self.size).transpose(1, 2) for y in (q, k, v))
        if self.turn:
            q, k = rotary(q), rotary(k)
        mask = None
        if seen is not None:
            mask = seen[:, None, None, :]
            if self.causal:
                mask = mask & torch.ones(t, t, dtype=torch.bool).tril()
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, is_causal=self.causal and mask is None,
                                           enable_gqa=True)
        return self.output(y.transpose(1, 2).reshape(b, t, f))


ATTENTION = {"qkv.weight": "attention1.qkv.weight", "qkv.bias": "attention1.qkv.bias",
             "output.weight": "attention1.output.weight", "output.bias": "attention1.output.bias"}


class Llama(nn.Module):
    """A block with RMS norms, SwiGLU, rotary positions and grouped queries."""

    def __init__(self, features, hidden):
        super().__init__()
        self.norm1, self.norm2 = nn.RMSNorm(features, 1e-5), nn.RMSNorm(features, 1e-5)
        self.attention = Attention(features, 4, 2, True, True, bias=False)
        self.up, self.gate = nn.Linear(features, hidden, bias=False), nn.Linear(features, hidden, bias=False)
        self.down = nn.Linear(hidden, features, bias=False)

    def forward(self, x):
        h = x + self.attention(self.norm1(x))
        n = self.norm2(h)
        return h + self.down(F.silu(self.gate(n)) * self.up(n))


class Gpt(nn.Module):
    """GPT-2 in small: learned positions, norm first, tied embeddings."""

    def __init__(self, vocabulary, length, features, heads, blocks):
        super().__init__()
        self.tokens, self.positions = nn.Embedding(vocabulary, features), nn.Embedding(length, features)
        self.blocks = nn.ModuleList([
            nn.ModuleDict({"norm1": nn.LayerNorm(features), "attention": Attention(features, heads, heads, True),
                           "norm2": nn.LayerNorm(features), "up": nn.Linear(features, 4 * features),
                           "down": nn.Linear(4 * features, features)}) for _ in range(blocks)])
        self.norm = nn.LayerNorm(features)

    def forward(self, ids):
        x = self.tokens(ids) + self.positions(torch.arange(ids.shape[1]))
        for b in self.blocks:
            x = x + b["attention"](b["norm1"](x))
            x = x + b["down"](F.gelu(b["up"](b["norm2"](x)), approximate="tanh"))
        return self.norm(x) @ self.tokens.weight.T


def gpt():
    torch.manual_seed(11)
    model = scramble(Gpt(13, 10, 8, 2, 2))
    names = {"tokens.weight": "embedding1.weight", "positions.weight": "learnedpositions1.weight",
             "norm.weight": "layernorm1.weight", "norm.bias": "layernorm1.bias"}
    for i in range(2):
        for part in ("weight", "bias"):
            for theirs, ours in (("norm1", "norm1"), ("attention.qkv", "attention.qkv"),
                                 ("attention.output", "attention.output"), ("norm2", "norm2"),
                                 ("up", "feedforward.up"), ("down", "feedforward.down")):
                names[f"blocks.{i}.{theirs}.{part}"] = f"decoder{i + 1}.{ours}.{part}"
    block = {"type": "decoder", "heads": 2, "hidden": 32, "activation": "geluTanh"}
    layers = [{"type": "embedding", "vocabulary": 13, "features": 8}, {"type": "learnedpositions", "length": 10},
              block, block, {"type": "layernorm"}, {"type": "unembedding", "vocabulary": 13}]
    text = torch.randint(0, 13, (3, 8))
    ids, target = text[:, :-1], text[:, 1:].clone()
    target[1, 4:] = -1
    out = case("gpt", layers, model, names, ids)
    # The bias of the keys has no gradient but noise, which a small epsilon would blow up.
    vectors = [p for p in model.parameters() if p.dim() < 2]
    optimizer = torch.optim.AdamW([{"params": [p for p in model.parameters() if p.dim() >= 2]},
                                   {"params": vectors, "weight_decay": 0.0}], 0.01, eps=1e-4, weight_decay=0.1)
    losses, gradients = [], None
    for _ in range(8):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(ids).reshape(-1, 13), target.reshape(-1), ignore_index=-1, label_smoothing=0.1)
        loss.backward()
        gradients = gradients or {k: tensor(v.grad) for k, v in named(model, names).items()}
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        losses.append(loss.item())
    return out, {"target": tensor(target), "smoothing": 0.1, "loss": losses[0], "gradients": gradients,
                 "losses": losses, "end": {k: tensor(v) for k, v in named(model, names).items()}}


class Padded(nn.Module):
    """An embedding with padding id 0, and what comes behind it."""

    def __init__(self, vocabulary, features, body):
        super().__init__()
        self.tokens, self.body = nn.Embedding(vocabulary, features, padding_idx=0), body

    def forward(self, ids):
        return self.body(self.tokens(ids), ids != 0)


class Recurrent(nn.Module):
    def __init__(self, kind, *sizes, all_steps=False, **options):
        super().__init__()
        self.rnn, self.all_steps = getattr(nn, kind)(*sizes, batch_first=True, **options), all_steps

    def forward(self, x, seen=None):
        if seen is None:
            steps, last = self.rnn(x)
        else:
            packed = nn.utils.rnn.pack_padded_sequence(x, seen.sum(1), batch_first=True, enforce_sorted=False)
            steps, last = self.rnn(packed)
            steps, _ = nn.utils.rnn.pad_packed_sequence(steps, batch_first=True, total_length=x.shape[1])
        if self.all_steps:
            return steps
        last = last[0] if isinstance(last, tuple) else last
        return torch.cat((last[-2], last[-1]), -1) if self.rnn.bidirectional else last[-1]

    def names(self, layer, prefix=""):
        return {f"{prefix}rnn.{n}": f"{layer}.{n}" for n, _ in self.rnn.named_parameters()}


class LayerScaled(nn.TransformerEncoderLayer):
    """With the scales of each part's features of Touvron et al., 2021."""

    def __init__(self, features, *sizes, **options):
        super().__init__(features, *sizes, **options)
        self.scale1, self.scale2 = (nn.Parameter(torch.full((features,), 0.5)) for _ in range(2))

    def _sa_block(self, *args, **options):
        return self.scale1 * super()._sa_block(*args, **options)

    def _ff_block(self, x):
        return self.scale2 * super()._ff_block(x)


def encoder(name, norm_first, kind=nn.TransformerEncoderLayer):
    torch.manual_seed(12)
    module = scramble(kind(8, 2, 12, dropout=0.0, activation="gelu", batch_first=True, norm_first=norm_first))
    names = {"self_attn.in_proj_": "attention.qkv.", "self_attn.out_proj.": "attention.output.",
             "linear1.": "feedforward.up.", "linear2.": "feedforward.down.", "norm1.": "norm1.", "norm2.": "norm2."}
    names = {f"{a}{part}": f"encoder1.{b}{part}" for a, b in names.items() for part in ("weight", "bias")}
    block = {"type": "encoder", "heads": 2, "hidden": 12, "normFirst": norm_first}
    if kind is LayerScaled:
        block["layerScale"] = 0.5
        names |= {part: f"encoder1.{part}.weight" for part in ("scale1", "scale2")}
    return case(name, [block], module, names, torch.randn(2, 5, 8))


class Translator(nn.Module):
    """The last steps look at the first ones; of ids, 0 is padding."""

    def __init__(self, source, norm_first, vocabulary=0):
        super().__init__()
        self.source = source
        self.tokens = nn.Embedding(vocabulary, 8, padding_idx=0) if vocabulary else None
        self.targets = nn.Embedding(vocabulary, 8, padding_idx=0) if vocabulary else None
        make = lambda kind: scramble(kind(8, 2, 12, dropout=0.0, activation="gelu", batch_first=True,
                                          norm_first=norm_first))
        self.encoder = make(nn.TransformerEncoderLayer) if vocabulary else None
        self.decoder = make(nn.TransformerDecoderLayer)

    def forward(self, x):
        memory, y = x[:, :self.source], x[:, self.source:]
        hidden, unseen = None, None
        if self.tokens:
            hidden, unseen = memory == 0, y == 0
            memory = self.encoder(self.tokens(memory), src_key_padding_mask=hidden)
            y = self.targets(y)
        later = torch.ones(y.shape[1], y.shape[1], dtype=torch.bool).triu(1)
        return self.decoder(y, memory, tgt_mask=later, tgt_key_padding_mask=unseen, memory_key_padding_mask=hidden)

    def names(self):
        parts = {"norm1.": "norm1.", "linear1.": "feedforward.up.", "linear2.": "feedforward.down.",
                 "self_attn.in_proj_": "attention.qkv.", "self_attn.out_proj.": "attention.output."}
        both = {f"decoder.{a}": f"decoder.decoder1.{b}" for a, b in (parts | {
            "multihead_attn.in_proj_": "cross.all.", "multihead_attn.out_proj.": "cross.output.",
            "norm2.": "norm2.", "norm3.": "norm3."}).items()}
        if self.tokens:
            both |= {f"encoder.{a}": f"encoder.encoder1.{b}" for a, b in (parts | {"norm2.": "norm2."}).items()}
        names = {f"{a}{part}": f"encoderdecoder1.{b}{part}" for a, b in both.items() for part in ("weight", "bias")}
        if self.tokens:
            names |= {"tokens.weight": "encoderdecoder1.encoder.embedding1.weight",
                      "targets.weight": "encoderdecoder1.decoder.embedding1.weight"}
        return names


def translator(name, norm_first, x, vocabulary=0):
    """PyTorch has one tensor for queries, keys and values, of which the queries see another sequence."""
    module = Translator(4, norm_first, vocabulary)
    block = {"heads": 2, "hidden": 12, "normFirst": norm_first}
    token = [{"type": "embedding", "vocabulary": vocabulary, "features": 8, "padding": 0}] if vocabulary else []
    layer = {"type": "encoderdecoder", "source": 4,
             "encoder": token + ([{"type": "encoder", **block}] if vocabulary else []),
             "decoder": token + [{"type": "decoder", "cross": True, **block}]}
    out = case(name, [layer], module, module.names(), x)
    for group in out["parameters"], out["gradients"]:
        for part in ("weight", "bias"):
            prefix = "encoderdecoder1.decoder.decoder1.cross."
            whole = group.pop(f"{prefix}all.{part}")
            width = len(whole["values"]) // 3
            group[f"{prefix}query.{part}"] = {"shape": [8] + whole["shape"][1:], "values": whole["values"][:width]}
            group[f"{prefix}keyvalue.{part}"] = {"shape": [16] + whole["shape"][1:], "values": whole["values"][width:]}
    return out


def greatest(x, seen):
    return x.masked_fill(~seen.unsqueeze(-1), -math.inf).amax(1)


def sinusoidal(x):
    time, features = x.shape[1:]
    out = torch.zeros(time, features)
    for p in range(time):
        for i in range(0, features, 2):
            angle = p / 10000 ** (i / features)
            out[p, i], out[p, i + 1] = math.sin(angle), math.cos(angle)
    return x + out


def layers():
    torch.manual_seed(13)
    empty = nn.Identity()
    ids = torch.tensor([[3, 5, 1, 2, 4], [2, 2, 5, 0, 0], [1, 0, 0, 0, 0]])
    token = {"type": "embedding", "vocabulary": 6, "features": 4, "padding": 0}
    tokens = {"tokens.weight": "embedding1.weight"}
    positions = nn.Embedding(9, 4)
    cases = [
        case("layernorm", [{"type": "layernorm"}], scramble(nn.LayerNorm(6)),
             {"weight": "layernorm1.weight", "bias": "layernorm1.bias"}, 3 * torch.randn(2, 4, 6) + 1),
        case("layernorm without bias", [{"type": "layernorm", "bias": False, "epsilon": 0.01}],
             scramble(nn.LayerNorm(5, 0.01, bias=False)), {"weight": "layernorm1.weight"}, torch.randn(3, 5)),
        case("rmsnorm", [{"type": "rmsnorm"}], scramble(nn.RMSNorm(6, 1e-5)), {"weight": "rmsnorm1.weight"},
             3 * torch.randn(2, 4, 6) + 1),
        case("geluTanh", [{"type": "geluTanh"}], empty, {}, 3 * torch.randn(4, 5),
             forward=lambda x: F.gelu(x, approximate="tanh")),
        case("silu", [{"type": "silu"}], empty, {}, 3 * torch.randn(4, 5), forward=F.silu),
        case("dense on steps", [{"type": "dense", "units": 5}], nn.Linear(7, 5),
             {"weight": "dense1.weight", "bias": "dense1.bias"}, torch.randn(3, 4, 7)),
        case("embedding", [{"type": "embedding", "vocabulary": 6, "features": 4}], nn.Embedding(6, 4),
             {"weight": "embedding1.weight"}, ids),
        case("embedding with padding", [token], Padded(6, 4, lambda x, seen: x), tokens, ids),
        case("learnedpositions", [{"type": "learnedpositions", "length": 9}], positions,
             {"weight": "learnedpositions1.weight"}, torch.randn(2, 7, 4), forward=lambda x: x + positions(torch.arange(7))),
        case("sinusoidalpositions", [{"type": "sinusoidalpositions"}], empty, {}, torch.randn(2, 9, 6),
             forward=sinusoidal),
        case("sequencepool, mean", [token, {"type": "sequencepool"}],
             Padded(6, 4, lambda x, seen: x.sum(1) / seen.sum(1, True)), tokens, ids),
        case("sequencepool, last", [token, {"type": "sequencepool", "kind": "last"}],
             Padded(6, 4, lambda x, seen: x[torch.arange(3), seen.sum(1) - 1]), tokens, ids),
        case("sequencepool, first", [{"type": "sequencepool", "kind": "first"}], empty, {}, torch.randn(2, 3, 4),
             forward=lambda x: x[:, 0]),
        case("attention", [{"type": "attention", "heads": 2}], Attention(6, 2, 2), ATTENTION, torch.randn(2, 5, 6)),
        case("attention, causal", [{"type": "attention", "heads": 3, "causal": True}], Attention(6, 3, 3, True), ATTENTION,
             torch.randn(2, 5, 6)),
        case("attention, grouped, rotary", [{"type": "attention", "heads": 4, "keyHeads": 2, "causal": True, "rotaryBase": 10000}],
             Attention(16, 4, 2, True, True), ATTENTION, torch.randn(2, 5, 16)),
        case("attention, one key head, no bias", [{"type": "attention", "heads": 3, "keyHeads": 1, "bias": False}],
             Attention(6, 3, 1, bias=False), {k: v for k, v in ATTENTION.items() if "bias" not in k}, torch.randn(1, 4, 6)),
    ]
    for causal in (False, True):
        module = Padded(6, 4, Attention(4, 2, 2, causal))
        names = tokens | {f"body.{k}": v for k, v in ATTENTION.items()}
        cases.append(case(f"attention, padded{', causal' if causal else ''}",
                          [token, {"type": "attention", "heads": 2, "causal": causal}], module, names, ids))
    cases += [encoder("encoder, norm first", True), encoder("encoder, norm last", False)]
    names = {"norm1.weight": "norm1.weight", "norm2.weight": "norm2.weight", "attention.qkv.weight": "attention.qkv.weight",
             "attention.output.weight": "attention.output.weight", "up.weight": "feedforward.up.weight",
             "gate.weight": "feedforward.gate.weight", "down.weight": "feedforward.down.weight"}
    cases.append(case("decoder, rms, gated, grouped, rotary",
                      [{"type": "decoder", "heads": 4, "keyHeads": 2, "hidden": 12, "activation": "silu", "gated": True,
                        "norm": "rmsnorm", "bias": False, "rotaryBase": 10000}],
                      scramble(Llama(8, 12)), {k: f"decoder1.{v}" for k, v in names.items()}, torch.randn(2, 5, 8)))
    for kind in ("RNN", "LSTM", "GRU"):
        layer = kind.lower()
        module = Recurrent(kind, 3, 4)
        cases.append(case(layer, [{"type": layer, "units": 4}], module, module.names(f"{layer}1"), torch.randn(2, 5, 3)))
        module = Recurrent(kind, 3, 4, all_steps=True, num_layers=2, bidirectional=True)
        cases.append(case(f"{layer}, stacked, bidirectional, all steps",
                          [{"type": layer, "units": 4, "layers": 2, "bidirectional": True, "output": "all"}],
                          module, module.names(f"{layer}1"), torch.randn(2, 5, 3)))
        for all_steps in (False, True):
            body = Recurrent(kind, 4, 3, all_steps=all_steps, num_layers=2, bidirectional=True)
            cases.append(case(f"{layer}, padded, {'all steps' if all_steps else 'last step'}",
                              [token, {"type": layer, "units": 3, "layers": 2, "bidirectional": True,
                                       "output": "all" if all_steps else "last"}],
                              Padded(6, 4, body), tokens | body.names(f"{layer}1", "body."), ids))
    words = torch.tensor([[3, 5, 1, 0, 4, 2, 2], [2, 4, 3, 1, 5, 1, 0], [1, 0, 0, 0, 3, 0, 0]])
    for norm_first in (True, False):
        order = "first" if norm_first else "last"
        cases.append(translator(f"cross-attention, norm {order}", norm_first, torch.randn(2, 9, 8)))
        cases.append(translator(f"encoder and decoder, padded, norm {order}", norm_first, words, 6))
    pooled = {"type": "sequencepool", "kind": "max"}
    cases.append(case("sequencepool, max", [token, pooled], Padded(6, 4, greatest), tokens, ids))
    cases.append(case("sequencepool, max without padding", [pooled], empty, {}, torch.randn(2, 3, 4),
                      forward=lambda x: x.amax(1)))
    cases.append(case("sequencepool, meanMax", [token, {"type": "sequencepool", "kind": "meanMax"}],
                      Padded(6, 4, lambda x, seen: torch.cat((x.sum(1) / seen.sum(1, True), greatest(x, seen)), 1)),
                      tokens, ids))
    cases.append(case("embedding, scaled", [token | {"scale": 2.5}], Padded(6, 4, lambda x, seen: 2.5 * x), tokens, ids))
    cases += [encoder("encoder, scaled, norm first", True, LayerScaled),
              encoder("encoder, scaled, norm last", False, LayerScaled)]
    return cases


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    model, loss = gpt()
    for name, content in {"sequences": layers() + [model], "gpt-loss": loss}.items():
        (folder / f"{name}.json").write_text(json.dumps(content, separators=(",", ":")) + "\n")
