"""Trains the autoencoder of vae.json in PyTorch, on the same digits, and prints the ELBO on the test.

    python samples/digits/pytorch.py [--seeds 3] [--threads 1]

Sizes, optimiser and epochs are those of the spec, random numbers are PyTorch's. As Fathom does, it holds a part of the
training back, and keeps the weights of the epoch with the greatest ELBO there. Needs torch alone.
"""

import argparse
import copy
import gzip
import json
import math
from pathlib import Path

import torch
import torch.nn as nn
import torch.nn.functional as F

HERE = Path(__file__).parent


def pictures(name):
    data = gzip.decompress((HERE.parent / "mnist" / name).read_bytes())
    return torch.frombuffer(bytearray(data[16:]), dtype=torch.uint8).reshape(-1, 784)


class Vae(nn.Module):
    def __init__(self, hidden, latent):
        super().__init__()
        self.encoder, self.decoder = nn.Linear(784, hidden), nn.Linear(latent, hidden)
        self.mean, self.log_variance, self.pixels = nn.Linear(hidden, latent), nn.Linear(hidden, latent), nn.Linear(hidden, 784)
        for layer, begin in (
            (self.encoder, nn.init.kaiming_normal_),
            (self.decoder, nn.init.kaiming_normal_),
            (self.mean, nn.init.xavier_uniform_),
            (self.log_variance, nn.init.xavier_uniform_),
            (self.pixels, nn.init.xavier_uniform_),
        ):
            begin(layer.weight)
            nn.init.zeros_(layer.bias)

    def elbo(self, x):
        """Of each picture, by one sample of its latent code."""
        h = F.relu(self.encoder(x))
        mean, log_variance = self.mean(h), self.log_variance(h)
        z = mean + torch.randn_like(mean) * (0.5 * log_variance).exp()
        logits = self.pixels(F.relu(self.decoder(z)))
        kl = 0.5 * (mean**2 + log_variance.exp() - 1 - log_variance).sum(1)
        return -F.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(1) - kl


def run(spec, seed):
    torch.manual_seed(seed)
    layers = {layer.get("name"): layer for layer in spec["model"]["layers"]}
    training = spec["training"]
    images, test = (pictures(f"{part}-images-idx3-ubyte.gz").float() / 255 for part in ("train", "t10k"))
    order = torch.randperm(len(images))
    held = round(training["validation"] * len(images))
    validation, order = order[:held], order[held:]
    model = Vae(layers["encoder"]["units"], layers["mean"]["units"])
    optimizer = torch.optim.Adam(model.parameters(), training["optimizer"]["learningRate"])

    def measured(x):
        model.eval()
        with torch.no_grad():
            return model.elbo(x).mean().item()

    best, kept = -math.inf, None
    for _ in range(training["epochs"]):
        model.train()
        for batch in order[torch.randperm(len(order))].split(training["batchSize"]):
            loss = -model.elbo(images[batch]).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        found = measured(images[validation])
        if found > best:
            best, kept = found, copy.deepcopy(model.state_dict())
    model.load_state_dict(kept)
    found = measured(test)
    print(f"seed {seed}: ELBO {found:.2f}", flush=True)
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    spec = json.loads((HERE / "vae.json").read_text())
    found = torch.tensor([run(spec, spec["training"]["seed"] + i) for i in range(given.seeds)], dtype=torch.float64)
    if given.seeds > 1:
        print(f"mean of {given.seeds}: ELBO {found.mean():.2f} (deviation {found.std():.2f})")
