"""Makes the numbers that Fathom's layers, losses and optimisers are compared with.

usage: python3 fixtures.py FOLDER   (FOLDER is api/src/test/resources/pytorch)
The committed files came from PyTorch 2.13 on a CPU.
"""
import json, math, sys
from pathlib import Path

import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_num_threads(1)


def tensor(t):
    """A tensor as JSON; float32 values survive the trip."""
    t = t.detach()
    return {"shape": list(t.shape), "values": [float(f"{v:.9g}") for v in t.flatten().tolist()]}


def named(module, names):
    """Fathom's names for PyTorch's parameters or buffers: {fathom: tensor}."""
    own = dict(list(module.named_parameters()) + list(module.named_buffers()))
    return {ours: own[theirs] for theirs, ours in names.items()}


def case(name, layers, module, names, x, training=True, states=None, forward=None):
    """Output, gradients of sum(output * cotangent), and the states after the step."""
    module.train(training)
    x = x.clone().requires_grad_()
    before = {k: tensor(v) for k, v in named(module, states or {}).items()}
    y = (forward or module)(x)
    cotangent = torch.randn_like(y)
    (y * cotangent).sum().backward()
    return {
        "name": name,
        "layers": layers,
        "training": training,
        "input": tensor(x),
        "parameters": {k: tensor(v) for k, v in named(module, names).items()},
        "states": before,
        "output": tensor(y),
        "cotangent": tensor(cotangent),
        "inputGradient": tensor(x.grad),
        "gradients": {k: tensor(v.grad) for k, v in named(module, names).items()},
        "newStates": {k: tensor(v) for k, v in named(module, states or {}).items()},
    }


def conv(name, shape, spec, **torch_args):
    filters, kernel = spec["filters"], spec["kernel"]
    module = nn.Conv2d(shape[1], filters, kernel, **torch_args)
    names = {"weight": "conv1.weight"}
    if torch_args.get("bias", True):
        names["bias"] = "conv1.bias"
    return case(name, [{"type": "conv2d", **spec}], module, names, torch.randn(shape))


def norm(name, shape, training):
    module = (nn.BatchNorm2d if len(shape) == 4 else nn.BatchNorm1d)(shape[1])
    with torch.no_grad():
        module.weight.uniform_(0.5, 2)
        module.bias.normal_()
        module.running_mean.normal_()
        module.running_var.uniform_(0.5, 2)
    return case(
        name,
        [{"type": "batchnorm"}],
        module,
        {"weight": "batchnorm1.weight", "bias": "batchnorm1.bias"},
        3 * torch.randn(shape) + 1,
        training,
        {"running_mean": "batchnorm1.running_mean", "running_var": "batchnorm1.running_var"},
    )


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.c1, self.b1 = nn.Conv2d(3, 4, 3, 2, 1, bias=False), nn.BatchNorm2d(4)
        self.c2, self.s = nn.Conv2d(4, 4, 3, 1, 1), nn.Conv2d(3, 4, 1, 2)

    def forward(self, x):
        return F.relu(self.c2(F.relu(self.b1(self.c1(x)))) + self.s(x))


def layers():
    torch.manual_seed(1)
    empty = nn.Identity()
    cases = [
        case("dense", [{"type": "dense", "units": 5}], nn.Linear(7, 5),
             {"weight": "dense1.weight", "bias": "dense1.bias"}, torch.randn(3, 7)),
        case("dense without bias, relu", [{"type": "dense", "units": 4, "bias": False, "activation": "relu"}],
             nn.Sequential(nn.Linear(3, 4, bias=False), nn.ReLU()), {"0.weight": "dense1.weight"}, torch.randn(5, 3)),
        conv("conv2d same", (2, 3, 6, 5), {"filters": 4, "kernel": 3, "padding": "same"}, padding=1),
        conv("conv2d stride and padding", (2, 3, 7, 9), {"filters": 2, "kernel": [3, 2], "stride": [2, 3], "padding": [1, 0]},
             stride=(2, 3), padding=(1, 0)),
        conv("conv2d dilation", (1, 2, 9, 8), {"filters": 3, "kernel": 3, "dilation": 2, "padding": "same"}, dilation=2, padding="same"),
        conv("conv2d groups without bias", (2, 4, 5, 5), {"filters": 6, "kernel": 3, "groups": 2, "bias": False}, groups=2, bias=False),
        conv("conv2d even kernel, same", (1, 1, 5, 4), {"filters": 2, "kernel": 2, "padding": "same"}, padding="same"),
        case("maxpool2d", [{"type": "maxpool2d", "kernel": 2}], empty, {}, torch.randn(2, 3, 6, 7), forward=nn.MaxPool2d(2)),
        case("maxpool2d overlapping", [{"type": "maxpool2d", "kernel": 3, "stride": 2, "padding": 1}], empty, {},
             torch.randn(2, 2, 7, 8), forward=nn.MaxPool2d(3, 2, 1)),
        case("averagepool2d", [{"type": "averagepool2d", "kernel": [2, 3], "stride": 2, "padding": 1}], empty, {},
             torch.randn(2, 2, 6, 7), forward=nn.AvgPool2d((2, 3), 2, 1)),
        case("globalaveragepool", [{"type": "globalaveragepool"}], empty, {}, torch.randn(2, 3, 4, 5),
             forward=lambda x: x.mean((2, 3))),
        case("flatten", [{"type": "flatten"}], empty, {}, torch.randn(2, 3, 2, 2), forward=nn.Flatten()),
        norm("batchnorm, images, training", (3, 2, 4, 5), True),
        norm("batchnorm, features, training", (6, 3), True),
        norm("batchnorm, images, inference", (3, 2, 4, 5), False),
    ]
    block = Block()
    cases.append(case(
        "residual",
        [{"type": "residual",
          "body": [{"type": "conv2d", "filters": 4, "kernel": 3, "stride": 2, "padding": 1, "bias": False},
                   {"type": "batchnorm", "name": "norm", "activation": "relu"},
                   {"type": "conv2d", "filters": 4, "kernel": 3, "padding": 1}],
          "shortcut": [{"type": "conv2d", "filters": 4, "kernel": 1, "stride": 2}],
          "activation": "relu"}],
        block,
        {"c1.weight": "residual1.body.conv1.weight", "b1.weight": "residual1.body.norm.weight",
         "b1.bias": "residual1.body.norm.bias", "c2.weight": "residual1.body.conv2.weight",
         "c2.bias": "residual1.body.conv2.bias", "s.weight": "residual1.shortcut.conv1.weight",
         "s.bias": "residual1.shortcut.conv1.bias"},
        torch.randn(2, 3, 6, 6), True,
        {"b1.running_mean": "residual1.body.norm.running_mean", "b1.running_var": "residual1.body.norm.running_var"}))
    for name, function in (("relu", F.relu), ("gelu", F.gelu), ("tanh", torch.tanh), ("sigmoid", torch.sigmoid),
                           ("softmax", lambda x: x.softmax(-1))):
        cases.append(case(name, [{"type": name}], empty, {}, 3 * torch.randn(4, 5), forward=function))
    return cases


def images():
    """What networks that make images are built from."""
    torch.manual_seed(6)
    def group(name, spec, module, shape):
        names = {"weight": f"{spec['type']}1.weight", "bias": f"{spec['type']}1.bias"} if module.affine else {}
        if module.affine:
            with torch.no_grad():
                module.weight.uniform_(0.5, 2)
                module.bias.normal_()
        return case(name, [spec], module, names, 3 * torch.randn(shape) + 1)
    empty = nn.Identity()
    def resize(name, spec, shape, **args):
        return case(name, [{"type": "resize", **spec}], empty, {}, torch.randn(shape), forward=lambda x: F.interpolate(x, **args))
    def times(x):
        angles = x * torch.exp(-math.log(1e4) * torch.arange(4) / 4)
        return torch.cat([angles.sin(), angles.cos()], -1)
    return [
        group("groupnorm", {"type": "groupnorm", "groups": 2}, nn.GroupNorm(2, 6), (2, 6, 4, 3)),
        group("groupnorm of one group, epsilon", {"type": "groupnorm", "groups": 1, "epsilon": 0.1}, nn.GroupNorm(1, 3, 0.1), (3, 3, 5)),
        group("groupnorm of features", {"type": "groupnorm", "groups": 2}, nn.GroupNorm(2, 8), (3, 8)),
        group("groupnorm without parameters", {"type": "groupnorm", "groups": 3, "affine": False}, nn.GroupNorm(3, 6, affine=False), (2, 6, 3, 3)),
        group("instancenorm", {"type": "instancenorm"}, nn.InstanceNorm2d(3), (2, 3, 4, 5)),
        group("instancenorm with parameters", {"type": "instancenorm", "affine": True}, nn.InstanceNorm2d(3, affine=True), (2, 3, 4, 5)),
        resize("resize, nearest, twice", {"scale": 2}, (2, 3, 3, 4), scale_factor=2),
        resize("resize, nearest, three times and once", {"scale": [3, 1]}, (1, 2, 2, 3), scale_factor=(3, 1)),
        resize("resize, nearest, to a size", {"size": [7, 5]}, (2, 2, 4, 9), size=(7, 5)),
        resize("resize, bilinear, twice", {"scale": 2, "mode": "bilinear"}, (2, 3, 3, 4), scale_factor=2, mode="bilinear"),
        resize("resize, bilinear, to a size", {"size": [5, 11], "mode": "bilinear"}, (2, 2, 8, 3), size=(5, 11), mode="bilinear"),
        resize("resize, bilinear, of one pixel", {"size": 3, "mode": "bilinear"}, (1, 2, 1, 1), size=(3, 3), mode="bilinear"),
        case("reshape", [{"type": "reshape", "shape": [3, 2, 2]}], empty, {}, torch.randn(2, 4, 3), forward=lambda x: x.reshape(-1, 3, 2, 2)),
        case("timestepembedding", [{"type": "timestepembedding", "features": 8}], empty, {}, 10 * torch.rand(3, 1), forward=times),
    ]


class Squeeze(nn.Module):
    """Hu et al. (2018), with dense layers."""
    def __init__(self, channels, hidden):
        super().__init__()
        self.reduce, self.expand = nn.Linear(channels, hidden), nn.Linear(hidden, channels)

    def forward(self, x):
        return x * self.expand(F.relu(self.reduce(x.mean((2, 3))))).sigmoid()[:, :, None, None]


class Inverted(nn.Module):
    """Sandler et al. (2018), as torchvision builds it."""
    def __init__(self, channels, filters, expansion, stride, kernel=3, reduction=None):
        super().__init__()
        hidden, self.parts, self.around = channels * expansion, nn.ModuleDict(), stride == 1 and channels == filters
        if expansion > 1:
            self.parts.update({"expand": nn.Conv2d(channels, hidden, 1, bias=False), "expandNorm": nn.BatchNorm2d(hidden)})
        self.parts.update({"depthwise": nn.Conv2d(hidden, hidden, kernel, stride, kernel // 2, groups=hidden, bias=False),
                           "depthwiseNorm": nn.BatchNorm2d(hidden)})
        if reduction:
            self.parts["squeeze"] = Squeeze(hidden, hidden // reduction)
        self.parts.update({"project": nn.Conv2d(hidden, filters, 1, bias=False), "projectNorm": nn.BatchNorm2d(filters)})

    def forward(self, x):
        y = x
        for name, part in self.parts.items():
            y = part(y)
            if name in ("expandNorm", "depthwiseNorm"):
                y = F.relu6(y)
        return x + y if self.around else y

    def names(self, prefix):
        own = [k for k, _ in self.named_parameters()]
        states = [k for k, _ in self.named_buffers() if "num_batches" not in k]
        return [{k: prefix + k.removeprefix("parts.") for k in names} for names in (own, states)]


def blocks():
    """Convolutions of more kinds, and what networks of images are built from."""
    torch.manual_seed(8)
    empty, cases = nn.Identity(), []
    def weighted(name, spec, module, shape, stem, forward=None):
        names = {k: f"{stem}.{k}" for k, _ in module.named_parameters()}
        cases.append(case(name, [spec], module, names, torch.randn(shape), forward=forward))
    def plain(name, spec, shape, forward):
        cases.append(case(name, [spec], empty, {}, torch.randn(shape), forward=forward))
    for mode in ("reflect", "replicate", "circular"):
        weighted(f"conv2d, {mode}", {"type": "conv2d", "filters": 3, "kernel": 3, "padding": [1, 2], "dilation": [1, 2], "paddingMode": mode},
                 nn.Conv2d(2, 3, 3, padding=(1, 2), dilation=(1, 2), padding_mode=mode), (2, 2, 4, 6), "conv1")
    weighted("conv2d, reflect, same, even kernel", {"type": "conv2d", "filters": 3, "kernel": [3, 2], "padding": "same", "paddingMode": "reflect"},
             nn.Conv2d(2, 3, (3, 2), padding="same", padding_mode="reflect"), (2, 2, 4, 5), "conv1")
    weighted("depthwiseconv2d", {"type": "depthwiseconv2d", "kernel": 3, "padding": 1},
             nn.Conv2d(5, 5, 3, padding=1, groups=5), (2, 5, 6, 7), "depthwiseconv1")
    deep = nn.Sequential(nn.Conv2d(3, 6, (3, 5), 2, (1, 2), groups=3, bias=False), nn.ReLU6())
    cases.append(case("depthwiseconv2d, two for each, stride, relu6",
        [{"type": "depthwiseconv2d", "multiplier": 2, "kernel": [3, 5], "stride": 2, "padding": [1, 2], "bias": False, "activation": "relu6"}],
        deep, {"0.weight": "depthwiseconv1.weight"}, 4 * torch.randn(2, 3, 7, 9)))
    separable = nn.Sequential(nn.Conv2d(3, 6, 3, 2, 1, groups=3, bias=False), nn.Conv2d(6, 4, 1))
    cases.append(case("separableconv2d", [{"type": "separableconv2d", "filters": 4, "kernel": 3, "stride": 2, "padding": 1, "multiplier": 2}],
        separable, {"0.weight": "separableconv1.depthwise.weight", "1.weight": "separableconv1.pointwise.weight",
                    "1.bias": "separableconv1.pointwise.bias"}, torch.randn(2, 3, 6, 5)))
    weighted("convtranspose2d", {"type": "convtranspose2d", "filters": 3, "kernel": 4, "stride": 2, "padding": 1},
             nn.ConvTranspose2d(2, 3, 4, 2, 1), (2, 2, 4, 5), "convtranspose1")
    weighted("convtranspose2d, same", {"type": "convtranspose2d", "filters": 2, "kernel": 4, "stride": 2, "padding": "same"},
             nn.ConvTranspose2d(3, 2, 4, 2, 1), (2, 3, 3, 4), "convtranspose1")
    weighted("convtranspose2d, groups, dilation, output padding",
             {"type": "convtranspose2d", "filters": 6, "kernel": [3, 2], "stride": [2, 3], "padding": [1, 0], "outputPadding": 1, "dilation": 2, "groups": 2, "bias": False},
             nn.ConvTranspose2d(4, 6, (3, 2), (2, 3), (1, 0), 1, groups=2, bias=False, dilation=2), (2, 4, 3, 4), "convtranspose1")
    time = lambda module: lambda x: module(x.transpose(1, 2)).transpose(1, 2)
    def steps(name, spec, module, shape, stem, front=0):
        run = (lambda x: module(F.pad(x.transpose(1, 2), (front, 0))).transpose(1, 2)) if front else time(module)
        weighted(name, spec, module, shape, stem, run)
    steps("conv1d", {"type": "conv1d", "filters": 4, "kernel": 3, "padding": "same"}, nn.Conv1d(3, 4, 3, padding=1), (2, 6, 3), "conv1")
    steps("conv1d, stride, groups, reflect", {"type": "conv1d", "filters": 4, "kernel": 5, "stride": 2, "padding": 2, "groups": 2, "paddingMode": "reflect"},
          nn.Conv1d(2, 4, 5, 2, 2, groups=2, padding_mode="reflect"), (2, 7, 2), "conv1")
    steps("conv1d, causal, dilation", {"type": "conv1d", "filters": 3, "kernel": 3, "padding": "causal", "dilation": 2, "bias": False},
          nn.Conv1d(2, 3, 3, dilation=2, bias=False), (2, 6, 2), "conv1", 4)
    steps("convtranspose1d", {"type": "convtranspose1d", "filters": 3, "kernel": 5, "stride": 3, "padding": 1, "outputPadding": 2},
          nn.ConvTranspose1d(2, 3, 5, 3, 1, 2), (2, 4, 2), "convtranspose1")
    for name, kind in (("average", F.adaptive_avg_pool2d), ("max", F.adaptive_max_pool2d)):
        for shape, size in (((2, 3, 6, 4), [3, 2]), ((2, 2, 7, 5), [3, 4]), ((1, 2, 2, 3), [4, 3])):
            plain(f"adaptive{name}pool2d, {shape[2:]} to {size}", {"type": f"adaptive{name}pool2d", "size": size}, shape,
                  lambda x, kind=kind, size=size: kind(x, size))
    plain("localresponsenorm", {"type": "localresponsenorm", "size": 5, "alpha": 0.5, "k": 2.0}, (2, 7, 3, 2),
          nn.LocalResponseNorm(5, 0.5, k=2.0))
    plain("localresponsenorm, even size, beta", {"type": "localresponsenorm", "size": 4, "alpha": 1.0, "beta": 0.5}, (2, 5, 3),
          nn.LocalResponseNorm(4, 1.0, 0.5))
    squeeze = Squeeze(8, 2)
    cases.append(case("squeezeexcitation", [{"type": "squeezeexcitation", "reduction": 4}], squeeze,
        {k: f"squeezeexcitation1.{k}" for k, _ in squeeze.named_parameters()}, torch.randn(2, 8, 3, 4)))
    for name, spec, module in (
        ("invertedresidual, with a way around", {"filters": 4, "expansion": 2}, Inverted(4, 4, 2, 1)),
        ("invertedresidual, stride, no expansion, kernel 5", {"filters": 6, "expansion": 1, "stride": 2, "kernel": 5}, Inverted(4, 6, 1, 2, 5)),
        ("invertedresidual, squeezed", {"filters": 4, "expansion": 3, "reduction": 4}, Inverted(4, 4, 3, 1, 3, 4)),
    ):
        own, states = module.names("invertedresidual1.")
        cases.append(case(name, [{"type": "invertedresidual", **spec}], module, own, torch.randn(3, 4, 5, 6), True, states))
    patches = nn.Conv2d(3, 5, (2, 3), (2, 3))
    weighted("patchembedding", {"type": "patchembedding", "features": 5, "patch": [2, 3]}, patches, (2, 3, 4, 6), "patchembedding1",
             lambda x: patches(x).flatten(2).transpose(1, 2))
    token = nn.ParameterDict({"weight": torch.randn(3)})
    weighted("classtoken", {"type": "classtoken"}, token, (2, 4, 3), "classtoken1",
             lambda x: torch.cat([token["weight"].expand(len(x), 1, -1), x], 1))
    positions = nn.ParameterDict({"weight": torch.randn(4, 3)})
    weighted("learnedpositions of the input's length", {"type": "learnedpositions"}, positions, (2, 4, 3), "learnedpositions1",
             lambda x: x + positions["weight"])
    plain("l2norm", {"type": "l2norm"}, (2, 4, 3), lambda x: F.normalize(x, dim=-1))
    plain("leakyrelu", {"type": "leakyrelu", "slope": 0.2}, (3, 4), lambda x: F.leaky_relu(x, 0.2))
    cases.append(case("relu6", [{"type": "relu6"}], empty, {}, 5 * torch.randn(4, 5), forward=F.relu6))
    attention = nn.MultiheadAttention(6, 2, batch_first=True)
    for bias in (attention.in_proj_bias, attention.out_proj.bias):
        nn.init.normal_(bias)
    def attend(x):
        tokens = x.flatten(2).transpose(1, 2)
        return attention(tokens, tokens, tokens, need_weights=False)[0].transpose(1, 2).reshape(x.shape)
    cases.append(case("attention2d", [{"type": "attention2d", "heads": 2}], attention,
        {"in_proj_weight": "attention1.qkv.weight", "in_proj_bias": "attention1.qkv.bias",
         "out_proj.weight": "attention1.output.weight", "out_proj.bias": "attention1.output.bias"},
        torch.randn(2, 6, 3, 5), forward=attend))
    return cases


def masked_norm():
    """Batch norm of a padded batch is batch norm of the examples alone."""
    torch.manual_seed(2)
    whole = norm("batchnorm, two of four rows padding", (2, 3, 2, 2), True)
    whole["padding"] = 2
    return whole


def losses():
    torch.manual_seed(3)
    logits, labels = 4 * torch.randn(5, 7), torch.tensor([0, 6, 3, 3, 1])
    mask = torch.tensor([1.0, 1, 0, 1, 0])
    x = logits.clone().requires_grad_()
    rows = F.cross_entropy(x, labels, reduction="none")
    loss = (rows * mask).sum() / mask.sum()
    assert torch.allclose(loss, F.cross_entropy(x[mask > 0], labels[mask > 0]))
    loss.backward()
    out = [{"loss": "crossEntropy", "output": tensor(logits), "target": tensor(labels), "mask": tensor(mask),
            "rows": tensor(rows), "mean": loss.item(), "gradient": tensor(x.grad)}]
    values, target = torch.randn(5, 2, 3), torch.randn(5, 2, 3)
    x = values.clone().requires_grad_()
    rows = F.mse_loss(x, target, reduction="none").mean((1, 2))
    loss = (rows * mask).sum() / mask.sum()
    assert torch.allclose(loss, F.mse_loss(x[mask > 0], target[mask > 0]))
    loss.backward()
    out.append({"loss": "meanSquaredError", "output": tensor(values), "target": tensor(target), "mask": tensor(mask),
                "rows": tensor(rows), "mean": loss.item(), "gradient": tensor(x.grad)})
    x = logits.clone().requires_grad_()
    rows = F.cross_entropy(x, labels, reduction="none", label_smoothing=0.1)
    loss = (rows * mask).sum() / mask.sum()
    assert torch.allclose(loss, F.cross_entropy(x[mask > 0], labels[mask > 0], label_smoothing=0.1))
    loss.backward()
    out.append({"loss": "crossEntropy", "labelSmoothing": 0.1, "output": tensor(logits), "target": tensor(labels),
                "mask": tensor(mask), "rows": tensor(rows), "mean": loss.item(), "gradient": tensor(x.grad)})
    quantiles = torch.tensor([0.1, 0.5, 0.9])
    values, target = torch.randn(5, 4, 3), torch.randn(5, 4)
    x = values.clone().requires_grad_()
    error = target[..., None] - x
    rows = torch.maximum(quantiles * error, (quantiles - 1) * error).mean((1, 2))
    loss = (rows * mask).sum() / mask.sum()
    loss.backward()
    out.append({"loss": "quantile", "quantiles": [0.1, 0.5, 0.9], "output": tensor(values.flatten(1)),
                "target": tensor(target), "mask": tensor(mask), "rows": tensor(rows), "mean": loss.item(),
                "gradient": tensor(x.grad.flatten(1))})
    values, target = 4 * torch.randn(5, 2, 3), torch.randint(0, 2, (5, 2, 3)).float()
    target[0, 0, 0], values[0, 1] = 0.3, torch.tensor([0.0, 1e4, -1e4])
    x = values.clone().requires_grad_()
    rows = F.binary_cross_entropy_with_logits(x, target, reduction="none").mean((1, 2))
    loss = (rows * mask).sum() / mask.sum()
    loss.backward()
    out.append({"loss": "binaryCrossEntropy", "output": tensor(values), "target": tensor(target), "mask": tensor(mask),
                "rows": tensor(rows), "mean": loss.item(), "gradient": tensor(x.grad)})
    values, target = 2 * torch.randn(5, 2, 3), torch.randn(5, 2, 3)
    target[0, 0, 0] = values[0, 0, 0]
    for spec, each in (({"loss": "meanAbsoluteError"}, lambda x: F.l1_loss(x, target, reduction="none").mean((1, 2))),
                       ({"loss": "huber", "delta": 0.7}, lambda x: F.huber_loss(x, target, reduction="none", delta=0.7).mean((1, 2)))):
        x = values.clone().requires_grad_()
        rows = each(x)
        loss = (rows * mask).sum() / mask.sum()
        loss.backward()
        out.append({**spec, "output": tensor(values), "target": tensor(target), "mask": tensor(mask),
                    "rows": tensor(rows), "mean": loss.item(), "gradient": tensor(x.grad)})
    logits = torch.cat([4 * torch.randn(4, 7), torch.tensor([[0.0, 50, 0, 0, 0, 0, 0]])])
    x = logits.clone().requires_grad_()
    p = x.softmax(1).gather(1, labels[:, None])[:, 0]
    rows = -(1 - p) ** 2 * p.log()
    loss = (rows * mask).sum() / mask.sum()
    loss.backward()
    out.append({"loss": "focal", "gamma": 2.0, "output": tensor(logits), "target": tensor(labels), "mask": tensor(mask),
                "rows": tensor(rows), "mean": loss.item(), "gradient": tensor(x.grad)})
    return out


def ssim(x, y, window):
    """As the paper says, each channel by itself; PyTorch has none."""
    taps = torch.exp(-(torch.arange(window) - window // 2) ** 2 / (2 * 1.5 ** 2))
    kernel = torch.outer(taps / taps.sum(), taps / taps.sum())[None, None]
    blur = lambda image: F.conv2d(image.flatten(0, 1)[:, None], kernel)
    mx, my, c1, c2 = blur(x), blur(y), 0.01 ** 2, 0.03 ** 2
    sx, sy, sxy = blur(x * x) - mx ** 2, blur(y * y) - my ** 2, blur(x * y) - mx * my
    each = (2 * mx * my + c1) * (2 * sxy + c2) / ((mx ** 2 + my ** 2 + c1) * (sx + sy + c2))
    return each.reshape(len(x), -1).mean(1)


def box_loss(x, y, kind, eps=1e-7):
    """As torchvision's box_iou_loss and its siblings compute it."""
    (l, t, r, b), (L, T, R, B) = x.unbind(-1), y.unbind(-1)
    both = (torch.min(r, R) - torch.max(l, L)).clamp(min=0) * (torch.min(b, B) - torch.max(t, T)).clamp(min=0)
    union = (r - l) * (b - t) + (R - L) * (B - T) - both
    iou = both / (union + eps)
    w, h = torch.max(r, R) - torch.min(l, L), torch.max(b, B) - torch.min(t, T)
    if kind == "plain":
        return 1 - iou
    if kind == "generalized":
        return 1 - iou + (w * h - union) / (w * h + eps)
    apart = (((l + r - L - R) / 2) ** 2 + ((t + b - T - B) / 2) ** 2) / (w ** 2 + h ** 2 + eps)
    if kind == "distance":
        return 1 - iou + apart
    v = 4 / math.pi ** 2 * (torch.atan((R - L) / (B - T)) - torch.atan((r - l) / (b - t))) ** 2
    with torch.no_grad():
        alpha = v / (1 - iou + v + eps)
    return 1 - iou + apart + alpha * v


def more_losses():
    """Losses whose cases name what their spec says."""
    torch.manual_seed(9)
    mask, out = torch.tensor([1.0, 1, 0, 1, 0]), []
    def add(spec, output, target, rows_of):
        x = output.clone().requires_grad_()
        rows = rows_of(x)
        loss = (rows * mask).sum() / mask.sum()
        loss.backward()
        out.append({**spec, "output": tensor(output), "target": tensor(target), "mask": tensor(mask), "rows": tensor(rows),
                    "mean": loss.item(), "gradient": tensor(x.grad)})
    p = torch.randn(5, 2, 6).softmax(-1)
    p[0, 0] = F.one_hot(torch.tensor(2), 6)
    logs = torch.randn(5, 2, 6).log_softmax(-1)
    add({"loss": "klDivergence"}, logs, p, lambda x: F.kl_div(x, p, reduction="none").sum(-1).mean(1))
    flat = logs[:, 0]
    assert torch.allclose(F.kl_div(flat, p[:, 0], reduction="batchmean"), F.kl_div(flat, p[:, 0], reduction="none").sum(-1).mean())
    images, wanted = torch.rand(5, 2, 9, 8), torch.rand(5, 2, 9, 8)
    images[1] = wanted[1]
    add({"loss": "ssim", "window": 5}, images, wanted, lambda x: 1 - ssim(x, wanted, 5))
    logits, marked = 3 * torch.randn(5, 3, 4, 3), torch.randint(0, 2, (5, 3, 4, 3)).float()
    marked[0, 0] = 0
    add({"loss": "dice", "smoothing": 0.5}, logits, marked, lambda x: (1 - (2 * (x.sigmoid() * marked).sum((2, 3)) + 0.5)
        / (x.sigmoid().sum((2, 3)) + marked.sum((2, 3)) + 0.5)).mean(1))
    corners = 4 * torch.rand(5, 3, 2)
    boxes = torch.cat([corners, corners + 0.5 + 3 * torch.rand(5, 3, 2)], -1)
    corners = 4 * torch.rand(5, 3, 2)
    truth = torch.cat([corners, corners + 0.5 + 3 * torch.rand(5, 3, 2)], -1)
    truth[0, 0], truth[0, 1] = truth[0, 0] + 20, boxes[0, 1] + 0.01
    boxes[1, 0], truth[1, 0] = torch.tensor([0.0, 0, 9, 0.3]), torch.tensor([1.0, 0, 1.2, 8])
    for kind in ("plain", "generalized", "distance", "complete"):
        add({"loss": "iou", "kind": kind}, boxes, truth, lambda x: box_loss(x, truth, kind).mean(1))
    distances, same = 2 * torch.rand(5, 2), torch.tensor([[0.0, 1], [1, 0], [1, 1], [0, 0], [0, 1]])
    add({"loss": "contrastive", "margin": 1.3}, distances, same,
        lambda x: (same * x ** 2 + (1 - same) * (1.3 - x).clamp(min=0) ** 2).mean(1))
    distances, near = 2 * torch.rand(5, 2), torch.tensor([[1.0, 0]]).repeat(5, 1)
    add({"loss": "triplet", "margin": 0.4}, distances, near, lambda x: (x[:, 0] - x[:, 1] + 0.4).clamp(min=0))
    return out


def scenes():
    """Losses of pixels and of boxes; PyTorch has no detector, so this one is written cell by cell."""
    torch.manual_seed(12)
    out = []
    def add(spec, output, target, mask, weights, rows_of):
        x = output.clone().requires_grad_()
        rows = rows_of(x)
        loss = (rows * weights * mask).sum() / (weights * mask).sum()
        loss.backward()
        out.append({**spec, "output": tensor(output), "target": tensor(target), "mask": tensor(mask), "rows": tensor(rows),
                    "mean": loss.item(), "gradient": tensor(x.grad)})
    logits, labels = 2 * torch.randn(3, 4, 5, 3), torch.randint(-1, 4, (3, 5, 3))
    mask, used = torch.tensor([1.0, 1, 0]), (labels >= 0).float()
    entropy = lambda x: F.cross_entropy(x, labels, ignore_index=-1, reduction="none").sum((1, 2)) / used.sum((1, 2))
    def overlap(x):
        p, t = x.softmax(1) * used[:, None], F.one_hot(labels.clamp(min=0), 4).permute(0, 3, 1, 2) * used[:, None]
        return 1 - ((2 * (p * t).sum((2, 3)) + 1) / (p.sum((2, 3)) + t.sum((2, 3)) + 1)).mean(1)
    assert torch.allclose((entropy(logits) * used.sum((1, 2)) * mask).sum() / (used.sum((1, 2)) * mask).sum(),
                          F.cross_entropy(logits[:2], labels[:2], ignore_index=-1))
    add({"loss": "pixelCrossEntropy"}, logits, labels, mask, used.sum((1, 2)), entropy)
    add({"loss": "pixelCrossEntropy", "dice": 0.7}, logits, labels, mask, used.sum((1, 2)), lambda x: entropy(x) + 0.7 * overlap(x))

    height, width, classes = 4, 5, 3
    maps = torch.randn(4, classes + 5, height, width)
    none = [0.0, 0, 0, 0, -1]
    boxes = torch.tensor([
        [[0.1, 0.1, 0.6, 0.7, 0], [0.15, 0.2, 0.5, 0.5, 2], none],  # the smaller one lies in the other
        [[0.71, 0.1, 0.74, 0.95, 1], none, none],                   # too thin for the centre of a cell
        [none, none, none],                                         # nothing
        [[0.0, 0.0, 1.0, 1.0, 1], [0.8, 0.8, 0.99, 0.99, 0], [0.05, 0.62, 0.32, 0.9, 2]]])
    count = (boxes[:, :, 4] >= 0).sum(1).clamp(min=1).float()
    def detector(alpha, gamma, radius, kind):
        def picture(x, truth):
            total = x.new_zeros(())
            for row in range(height):
                for column in range(width):
                    own, area, here = None, None, (column + 0.5, row + 0.5)
                    for left, top, right, bottom, label in truth.tolist():
                        if label < 0:
                            continue
                        box = (left * width, top * height, right * width, bottom * height)
                        dx, dy = abs(here[0] - (box[0] + box[2]) / 2), abs(here[1] - (box[1] + box[3]) / 2)
                        near = dx <= radius and dy <= radius and dx < (box[2] - box[0]) / 2 and dy < (box[3] - box[1]) / 2
                        size = (box[2] - box[0]) * (box[3] - box[1])
                        if (near or dx <= 0.5 and dy <= 0.5) and (area is None or size < area):
                            own, area = (box, int(label)), size
                    cell = x[:, row, column]
                    p = (cell[:classes] - math.log(99)).sigmoid()
                    for each in range(classes):
                        if own is not None and own[1] == each:
                            total = total - alpha * (1 - p[each]) ** gamma * p[each].log()
                        else:
                            total = total - (1 - alpha) * p[each] ** gamma * (1 - p[each]).log()
                    if own is not None:
                        cx, cy = here[0] + cell[classes + 1], here[1] + cell[classes + 2]
                        w, h = cell[classes + 3].exp(), cell[classes + 4].exp()
                        found = torch.stack([cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2])
                        wanted = torch.tensor(own[0])
                        total = total + box_loss(found, wanted, kind)
                        fits = (1 - box_loss(found, wanted, "plain")).detach()
                        total = total + F.binary_cross_entropy_with_logits(cell[classes], fits)
            return total
        return lambda x: torch.stack([picture(one, truth) for one, truth in zip(x, boxes)]) / count
    mask = torch.tensor([1.0, 1, 1, 0])
    # No centre of a cell is as far from that of a box as counts: rounding would decide.
    for spec in ({"alpha": 0.25, "gamma": 2.0, "radius": 1.5, "kind": "generalized"},
                 {"alpha": 0.4, "gamma": 1.5, "radius": 0.6, "kind": "distance"}):
        add({"loss": "anchorFree", **spec}, maps, boxes, mask, count, detector(**spec))
    return out


def vectors():
    """A triplet loss of vectors, and the divergence of normal distributions."""
    torch.manual_seed(10)
    x = torch.randn(4, 3, 5, requires_grad=True)
    loss = nn.TripletMarginLoss(0.5, eps=0.0)(x[:, 0], x[:, 1], x[:, 2])
    loss.backward()
    mean, log = torch.randn(3, 4), torch.randn(3, 4)
    normal = torch.distributions.kl_divergence(torch.distributions.Normal(mean, (log / 2).exp()), torch.distributions.Normal(0, 1))
    return {"margin": 0.5, "vectors": tensor(x), "triplet": loss.item(), "gradient": tensor(x.grad),
            "mean": tensor(mean), "logVariance": tensor(log), "divergence": tensor(normal.sum(1))}


class Lion(torch.optim.Optimizer):
    """As in the paper (Chen et al., 2023), program 1: PyTorch has none."""
    def __init__(self, params, lr, betas, decay):
        super().__init__(params, {"lr": lr, "betas": betas, "decay": decay})

    def step(self):
        for group in self.param_groups:
            lr, (beta1, beta2), decay = group["lr"], group["betas"], group["decay"]
            for p in group["params"]:
                m = self.state[p].setdefault("m", torch.zeros_like(p))
                p.data.mul_(1 - lr * decay).sub_(lr * torch.sign(beta1 * m + (1 - beta1) * p.grad))
                m.mul_(beta2).add_(p.grad, alpha=1 - beta2)


class Lamb(torch.optim.Optimizer):
    """As in the paper (You et al., 2020), algorithm 2: PyTorch has none."""
    def __init__(self, params, lr, betas, eps, decay):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps, "decay": decay})

    def step(self):
        for group in self.param_groups:
            lr, (beta1, beta2), eps, decay = (group[k] for k in ("lr", "betas", "eps", "decay"))
            for p in group["params"]:
                state = self.state[p]
                m, v = (state.setdefault(k, torch.zeros_like(p)) for k in "mv")
                t = state["t"] = state.get("t", 0) + 1
                m.mul_(beta1).add_(p.grad, alpha=1 - beta1)
                v.mul_(beta2).addcmul_(p.grad, p.grad, value=1 - beta2)
                r = m / (1 - beta1 ** t) / ((v / (1 - beta2 ** t)).sqrt() + eps) + decay * p.data
                ratio = p.data.norm() / r.norm() if p.data.norm() > 0 and r.norm() > 0 else 1.0
                p.data.sub_(lr * ratio * r)


def optimizers():
    cases = []
    for name, spec, make, clip in (
        ("sgd", {"type": "sgd", "learningRate": 0.1}, lambda p: torch.optim.SGD(p, 0.1), None),
        ("sgd, momentum, decay", {"type": "sgd", "learningRate": 0.1, "momentum": 0.9, "weightDecay": 0.01},
         lambda p: torch.optim.SGD(p, 0.1, 0.9, weight_decay=0.01), None),
        ("sgd, nesterov", {"type": "sgd", "learningRate": 0.1, "momentum": 0.8, "nesterov": True},
         lambda p: torch.optim.SGD(p, 0.1, 0.8, nesterov=True), None),
        ("adam", {"type": "adam", "learningRate": 0.01}, lambda p: torch.optim.Adam(p, 0.01), None),
        ("adam, decay, betas", {"type": "adam", "learningRate": 0.01, "beta1": 0.8, "beta2": 0.95, "epsilon": 1e-6, "weightDecay": 0.1},
         lambda p: torch.optim.Adam(p, 0.01, (0.8, 0.95), 1e-6, 0.1), None),
        ("adamw", {"type": "adamw", "learningRate": 0.01, "weightDecay": 0.1}, lambda p: torch.optim.AdamW(p, 0.01, weight_decay=0.1), None),
        ("adamw, two groups", {"type": "adamw", "learningRate": 0.01, "weightDecay": 0.5, "decayVectors": False},
         lambda p: torch.optim.AdamW(p, 0.01, weight_decay=0.5), None),
        ("rmsprop", {"type": "rmsprop"}, lambda p: torch.optim.RMSprop(p), None),
        ("rmsprop, momentum, decay", {"type": "rmsprop", "learningRate": 0.02, "alpha": 0.9, "epsilon": 1e-6, "momentum": 0.8, "weightDecay": 0.1},
         lambda p: torch.optim.RMSprop(p, 0.02, 0.9, 1e-6, 0.1, 0.8), None),
        ("adagrad", {"type": "adagrad", "weightDecay": 0.1}, lambda p: torch.optim.Adagrad(p, 0.01, weight_decay=0.1), None),
        ("lion", {"type": "lion", "learningRate": 0.01, "weightDecay": 0.1}, lambda p: Lion(p, 0.01, (0.9, 0.99), 0.1), None),
        ("sgd, clipped", {"type": "sgd", "learningRate": 0.1}, lambda p: torch.optim.SGD(p, 0.1), 0.5),
        ("sgd, clipped by value", {"type": "sgd", "learningRate": 0.1}, lambda p: torch.optim.SGD(p, 0.1), {"value": 0.5}),
        ("lamb, two tensors", {"type": "lamb", "learningRate": 0.01, "weightDecay": 0.1}, lambda p: Lamb(p, 0.01, (0.9, 0.999), 1e-6, 0.1), None),
        ("lamb, a tensor of zeros", {"type": "lamb", "learningRate": 0.01, "weightDecay": 0.0}, lambda p: Lamb(p, 0.01, (0.9, 0.999), 1e-6, 0.0), None),
    ):
        torch.manual_seed(4)
        start, steps = torch.randn(9), []
        if "zeros" in name:
            start[6:] = 0
        p, v = start.clone().requires_grad_(), None
        groups = [p]
        if spec.get("decayVectors") is False:  # The last three are a vector.
            p, v = start[:6].clone().requires_grad_(), start[6:].clone().requires_grad_()
            groups = [{"params": [p]}, {"params": [v], "weight_decay": 0.0}]
        if spec["type"] == "lamb":
            p, v = start[:6].clone().requires_grad_(), start[6:].clone().requires_grad_()
            groups = [p, v]
        optimizer, start = make(groups), tensor(start)
        for i in range(6):
            gradient = torch.randn(9) * 10 ** (i - 3)
            p.grad = gradient[:len(p)].clone()
            if v is not None:
                v.grad = gradient[6:].clone()
            all = [p] if v is None else [p, v]
            by_value = isinstance(clip, dict)
            norm = float(torch.nn.utils.clip_grad_norm_(all, math.inf if by_value else clip or math.inf))
            if by_value:
                torch.nn.utils.clip_grad_value_(all, clip["value"])
            optimizer.step()
            steps.append({"gradient": tensor(gradient), "norm": norm, "parameters": tensor(torch.cat(all))})
        cases.append({"name": name, "optimizer": spec, "clipNorm": None if by_value else clip,
                      **({"clipValue": clip["value"]} if by_value else {}), "start": start, "steps": steps})
    return cases


def schedules():
    """Factors of 20 steps, the first 4 of them warm-up."""
    from torch.optim import lr_scheduler as s
    def factors(make):
        o = torch.optim.SGD([torch.zeros(1, requires_grad=True)], 1.0)
        schedule, out = make(o), []
        for _ in range(20):
            out.append(o.param_groups[0]["lr"]); o.step(); schedule.step()
        return out
    warm = lambda o: s.LinearLR(o, 0.25, 1, 3)
    return [
        {"schedule": {"type": "constant", "warmupSteps": 4},
         "factors": factors(lambda o: s.SequentialLR(o, [warm(o), s.ConstantLR(o, 1, 1)], [4]))},
        {"schedule": {"type": "step", "everySteps": 5, "factor": 0.3, "warmupSteps": 4},
         "factors": factors(lambda o: s.SequentialLR(o, [warm(o), s.StepLR(o, 5, 0.3)], [4]))},
        {"schedule": {"type": "cosine", "minimum": 0.1, "warmupSteps": 4},
         "factors": factors(lambda o: s.SequentialLR(o, [warm(o), s.CosineAnnealingLR(o, 16, 0.1)], [4]))},
        {"schedule": {"type": "oneCycle"}, "factors": factors(lambda o: s.OneCycleLR(o, 1.0, 20, cycle_momentum=False))},
        {"schedule": {"type": "oneCycle", "rise": 0.45, "divisor": 4.0, "finalDivisor": 10.0},
         "factors": factors(lambda o: s.OneCycleLR(o, 1.0, 20, pct_start=0.45, cycle_momentum=False, div_factor=4, final_div_factor=10))},
        {"schedule": {"type": "cosine"}, "factors": factors(lambda o: s.CosineAnnealingLR(o, 20))},
    ]


def plateaus():
    """Factors after each of some validations."""
    losses = [3, 2, 2.5, 1.9999, 2, 1.5, 1.5, 1.6, 1.499, 1.7, 1.45, float("nan"), 1.4, 1.3, 1.2, 2, 2, 2, 2, 2, 2, 2, 2, 2]
    cases = []
    for spec, args in (({}, {}), ({"factor": 0.5, "patience": 1, "threshold": 0.01}, {"factor": 0.5, "patience": 1, "threshold": 0.01}),
                       ({"factor": 0.3, "patience": 0, "minimum": 0.02}, {"factor": 0.3, "patience": 0, "min_lr": 0.02})):
        o = torch.optim.SGD([torch.zeros(1, requires_grad=True)], 1.0)
        schedule, factors = torch.optim.lr_scheduler.ReduceLROnPlateau(o, **args), []
        for loss in losses:
            schedule.step(loss)
            factors.append(o.param_groups[0]["lr"])
        cases.append({"schedule": {"type": "reduceOnPlateau", **spec}, "factors": factors})
    return {"losses": [None if math.isnan(loss) else loss for loss in losses], "cases": cases}


def training():
    """An epoch of a small network, the last batch a partial one: the whole of a training at once."""
    torch.manual_seed(5)
    # No bias before a norm: its gradient is noise around 0, which Adam would blow up.
    net = nn.Sequential(nn.Conv2d(1, 4, 3, padding=1, bias=False), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
                        nn.Linear(36, 8), nn.Tanh(), nn.Linear(8, 3))
    names = {"0.weight": "conv1.weight", "1.weight": "batchnorm1.weight", "1.bias": "batchnorm1.bias",
             "5.weight": "dense1.weight", "5.bias": "dense1.bias", "7.weight": "dense2.weight", "7.bias": "dense2.bias"}
    states = {"1.running_mean": "batchnorm1.running_mean", "1.running_var": "batchnorm1.running_var"}
    spec = [{"type": "conv2d", "filters": 4, "kernel": 3, "padding": "same", "bias": False},
            {"type": "batchnorm", "activation": "relu"},
            {"type": "maxpool2d", "kernel": 2}, {"type": "flatten"}, {"type": "dense", "units": 8, "activation": "tanh"},
            {"type": "dense", "units": 3}]
    x, y = torch.randn(44, 1, 6, 6), torch.randint(0, 3, (44,))
    out = {"layers": spec, "images": tensor(x), "labels": y.tolist(),
           "start": {k: tensor(v) for k, v in named(net, names).items()}}
    optimizer, losses = torch.optim.Adam(net.parameters(), 0.01), []
    for at in range(0, 44, 6):
        optimizer.zero_grad()
        loss = F.cross_entropy(net(x[at:at + 6]), y[at:at + 6])
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        losses.append(float(loss) * len(y[at:at + 6]) / 44)
    out["loss"] = sum(losses)
    out["end"] = {k: tensor(v) for k, v in named(net, names).items()}
    out["states"] = {k: tensor(v) for k, v in named(net, states).items()}
    net.eval()
    out["evaluation"] = float(F.cross_entropy(net(x), y))
    return out


def variational(binary):
    """The ELBO of Kingma and Welling, by PyTorch's distributions, and its gradients."""
    from torch.distributions import Bernoulli, Normal, kl_divergence
    wanted = torch.rand(3, 4) if binary else torch.randn(3, 4)
    output, mean, log_variance = (torch.randn(3, n).requires_grad_() for n in (4, 2, 2))
    p = Bernoulli(logits=output, validate_args=False) if binary else Normal(output, 1)
    unlikely = -p.log_prob(wanted).sum(1)
    kl = kl_divergence(Normal(mean, (log_variance / 2).exp()), Normal(0, 1)).sum(1)
    (unlikely + 0.5 * kl).sum().backward()
    return {"loss": "binaryCrossEntropy" if binary else "meanSquaredError", "wanted": tensor(wanted),
            "output": tensor(output), "mean": tensor(mean), "logVariance": tensor(log_variance),
            "rows": tensor(unlikely + 0.5 * kl), "elbo": tensor(-unlikely - kl), "kl": tensor(kl),
            "gradients": [tensor(t.grad) for t in (output, mean, log_variance)]}


def signals(schedule, times):
    """Products of 1 - beta: Ho et al. (2020), section 4; Nichol and Dhariwal (2021), equation 17."""
    t = torch.arange(times + 1, dtype=torch.float64) / times
    if schedule == "cosine":
        f = torch.cos((t + 0.008) / 1.008 * math.pi / 2) ** 2
        betas = (1 - f[1:] / f[:-1]).clamp(max=0.999)
    else:
        betas = (1000 / times * torch.linspace(1e-4, 0.02, times, dtype=torch.float64)).clamp(max=0.999)
    return torch.cumprod(1 - betas, 0)


def ddim(x, prediction):
    """Guided steps with a network that gives x / 2 + a part of the time + a part of the class."""
    guidance, of_class, classes = 3.0, torch.tensor([0.3, -0.2, 0.5]), [0, 1, 0]
    steps, times = [], [19, 10, 0]
    a = signals("cosine", 20)
    for i, t in enumerate(times):
        after = a[times[i + 1]] if i + 1 < len(times) else torch.tensor(1.0)
        by_class = x / 2 + t / 20 + of_class[classes][:, None]
        none = x / 2 + t / 20 + of_class[2]
        output = none + guidance * (by_class - none)
        if prediction == "velocity":
            clean = a[t].sqrt() * x - (1 - a[t]).sqrt() * output
        else:
            clean = (x - (1 - a[t]).sqrt() * output) / a[t].sqrt()
        clean = clean.clamp(-1, 1)
        e = (x - a[t].sqrt() * clean) / (1 - a[t]).sqrt()
        begin, x = x, (after.sqrt() * clean + (1 - after).sqrt() * e).float()
        steps.append({"from": tensor(begin), "to": tensor(x)})
    return steps


def diffusion():
    """Noisy pictures, their loss, and DDIM steps (Song et al., 2021, equation 12, sigma 0)."""
    torch.manual_seed(9)
    picture, noise = torch.rand(3, 4) * 2 - 1, torch.randn(3, 4)
    at, a = torch.tensor([0, 7, 19]), signals("linear", 20).float()
    noisy = a[at, None].sqrt() * picture + (1 - a[at, None]).sqrt() * noise
    output = torch.randn(3, 4)
    velocity = a[at, None].sqrt() * noise - (1 - a[at, None]).sqrt() * picture
    losses = {}
    for prediction, wanted in (("noise", noise), ("velocity", velocity)):
        given = output.clone().requires_grad_()
        loss = F.mse_loss(given, wanted, reduction="none").mean(1)
        loss.sum().backward()
        losses[prediction] = {"rows": tensor(loss), "gradient": tensor(given.grad)}
    begin = torch.randn(3, 4)
    return {"picture": tensor(picture), "noise": tensor(noise), "times": at.tolist(), "noisy": tensor(noisy),
            "output": tensor(output), "losses": losses,
            "steps": {prediction: ddim(begin, prediction) for prediction in ("noise", "velocity")},
            "signals": [{"schedule": s, "times": n, "values": signals(s, n).tolist()}
                        for s, n in (("cosine", 20), ("linear", 20), ("linear", 1000))]}


def generative():
    torch.manual_seed(8)
    return {"variational": [variational(True), variational(False)], "diffusion": diffusion()}


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    files = {"layers": layers() + [masked_norm()], "images": images(), "blocks": blocks(), "losses": losses(), "more-losses": more_losses(), "vectors": vectors(), "scenes": scenes(), "optimizers": optimizers(),
             "schedules": schedules(), "plateaus": plateaus(), "training": training(), "generative": generative()}
    for name, content in files.items():
        (folder / f"{name}.json").write_text(json.dumps(content, separators=(",", ":")) + "\n")
