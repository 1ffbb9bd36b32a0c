"""Makes the numbers that Fathom's layers of sounds are compared with.

usage: python3 sounds.py FOLDER   (FOLDER is api/src/test/resources/pytorch)
The committed file came from PyTorch 2.13 (torch.stft) and transformers 5.18 (the filters of librosa and torchaudio) on a CPU.
"""
import json, math, sys
from pathlib import Path

import torch
import torch.nn as nn
from transformers.audio_utils import mel_filter_bank

from sequences import case

torch.set_num_threads(1)


def power(x, window, hop, centred=True):
    spectrum = torch.stft(x, window, hop, window=torch.hann_window(window), center=centred, return_complex=True)
    return spectrum.abs().square().transpose(1, 2)


def mel(x, window, hop, rate, mels, low, high, scale, centred=True):
    filters = mel_filter_bank(window // 2 + 1, mels, low, high, rate,
                              norm="slaney" if scale == "slaney" else None, mel_scale=scale)
    return power(x, window, hop, centred) @ torch.tensor(filters, dtype=torch.float32)


def cosines(x, coefficients):
    n = x.shape[-1]
    k = torch.arange(coefficients)
    matrix = math.sqrt(2 / n) * torch.cos(math.pi / n * (torch.arange(n)[:, None] + 0.5) * k)
    matrix[:, 0] /= math.sqrt(2)
    return x @ matrix


def sound(name, layer, samples, forward):
    return case(name, [layer], nn.Identity(), {}, 0.5 * torch.randn(2, samples), forward=forward)


def resampled(x, old, new):
    """The equations of torchaudio.functional.resample (sinc_interp_hann, width 6, rolloff 0.99), in f64."""
    divisor = math.gcd(old, new)
    old, new = old // divisor, new // divisor
    base = min(old, new) * 0.99
    width = math.ceil(6 * old / base)
    index = torch.arange(-width, width + old, dtype=torch.float64)[None, None] / old
    t = (torch.arange(0, -new, -1, dtype=torch.float64)[:, None, None] / new + index) * base
    t = t.clamp(-6, 6)
    window = torch.cos(t * math.pi / 6 / 2) ** 2
    kernels = torch.sinc(t) * window * base / old
    padded = nn.functional.pad(x.double()[None, None], (width, width + old))
    out = nn.functional.conv1d(padded, kernels, stride=old).transpose(1, 2).reshape(-1)
    return out[: math.ceil(new * len(x) / old)].float()


def main(folder):
    torch.manual_seed(24)
    x = 0.5 * torch.randn(120)
    rates = [[8000, 16000], [44100, 16000], [16000, 8000], [8000, 11025], [3, 2], [2, 3]]
    (folder / "resampled.json").write_text(json.dumps(
        {"samples": x.tolist(), "rates": rates, "resampled": [resampled(x, *each).tolist() for each in rates]},
        separators=(",", ":")) + "\n")
    cases = [
        sound("spectrogram", {"type": "spectrogram", "window": 16, "hop": 6}, 50, lambda x: power(x, 16, 6)),
        sound("spectrogram from the first sample", {"type": "spectrogram", "window": 10, "hop": 7, "centred": False}, 43,
              lambda x: power(x, 10, 7, False)),
        sound("one frame", {"type": "spectrogram", "window": 8, "hop": 3, "centred": False}, 9,
              lambda x: power(x, 8, 3, False)),
        sound("logmel", {"type": "logmel", "rate": 8000, "window": 128, "hop": 48, "mels": 12, "floor": 1e-4}, 300,
              lambda x: mel(x, 128, 48, 8000, 12, 0, 4000, "slaney").clamp(1e-4).log()),
        sound("logmel of the other scale, some frequencies",
              {"type": "logmel", "rate": 16000, "window": 100, "hop": 40, "mels": 7, "low": 60, "high": 7600,
               "scale": "htk", "floor": 1e-3, "centred": False}, 260,
              lambda x: mel(x, 100, 40, 16000, 7, 60, 7600, "htk", False).clamp(1e-3).log()),
        sound("mfcc", {"type": "mfcc", "rate": 8000, "window": 128, "hop": 64, "mels": 12, "coefficients": 5, "scale": "htk",
                       "floor": 1e-2}, 256,
              lambda x: cosines(mel(x, 128, 64, 8000, 12, 0, 4000, "htk").clamp(1e-2).log(), 5)),
    ]
    (folder / "sounds.json").write_text(json.dumps(cases, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
