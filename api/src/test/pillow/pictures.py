"""Pictures, and what Pillow makes of them: python pictures.py api/src/test/resources/pictures

Needs Pillow and numpy. Pictures are waves with noise; see `scene`.
"""

import json
import sys
from pathlib import Path

import numpy as np
from PIL import Image

out = Path(sys.argv[1])


def scene(width, height, seed=1):
    y, x = np.mgrid[0:height, 0:width]
    pixels = np.stack(
        [
            127 + 120 * np.sin(x / 5 + y / 9),
            255 * x / max(1, width - 1) * np.ones_like(y),
            127 + 100 * np.cos(x * y / 60),
        ],
        -1,
    )
    pixels += np.random.default_rng(seed).normal(0, 12, pixels.shape)
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def pattern(width, height, channels):
    """The same as ResamplingTest's."""
    y, x, c = np.mgrid[0:height, 0:width, 0:channels]
    pixels = (x * 7 + y * 13 + c * 31 + x * y // 3) % 256
    pixels = pixels.astype(np.uint8)
    return Image.fromarray(pixels[..., 0] if channels == 1 else pixels)


def jpeg(name, picture, **options):
    picture.save(out / name, **options)


def crop(picture, size):
    # torchvision's center_crop
    left = int(round((picture.width - size) / 2.0))
    top = int(round((picture.height - size) / 2.0))
    return picture.crop((left, top, left + size, top + size))


def resize(picture, size, filter):
    # torchvision's Resize with one number
    short, long = sorted(picture.size)
    other = int(size * long / short)
    wide = picture.width > picture.height
    return picture.resize((other, size) if wide else (size, other), filter)


for progressive in [False, True]:
    for subsampling in [0, 1, 2]:
        name = f"colour-{subsampling}-{'progressive' if progressive else 'baseline'}.jpg"
        jpeg(
            name,
            scene(37, 29),
            quality=80,
            subsampling=subsampling,
            progressive=progressive,
            restart_marker_blocks=3,
        )
        Image.open(out / name).save(out / (name + ".png"))
jpeg("cmyk.jpg", scene(16, 16).convert("CMYK"))
scene(8, 8).save(
    out / "animated.png", save_all=True, append_images=[scene(8, 8, 2)], duration=100
)
scene(8, 8).save(out / "still.gif")
scene(8, 8).save(out / "still.webp")
scene(8, 8).save(out / "still.tiff")

filters = {"BILINEAR": Image.BILINEAR, "BICUBIC": Image.BICUBIC}
cases = []
for width, height, channels, to_width, to_height in [
    (10, 10, 3, 5, 5),
    (31, 17, 1, 8, 9),
    (9, 7, 3, 20, 33),
    (64, 48, 3, 7, 48),
    (64, 48, 1, 64, 5),
    (3, 2, 3, 1, 1),
    (1, 1, 1, 4, 4),
    (100, 3, 3, 13, 11),
]:
    for name, filter in filters.items():
        result = pattern(width, height, channels).resize((to_width, to_height), filter)
        cases.append(
            {
                "from": [width, height, channels],
                "to": [to_width, to_height],
                "filter": name,
                "pixels": np.asarray(result).flatten().tolist(),
            }
        )
(out / "resized.json").write_text(json.dumps(cases))
cases = []
for width, height, resized, size in [
    (40, 30, 16, 16),
    (30, 41, 20, 16),
    (33, 33, 16, 15),
    (20, 15, 15, 10),
    (9, 6, 24, 20),
]:
    for name, filter in filters.items():
        result = crop(resize(pattern(width, height, 3), resized, filter), size)
        cases.append(
            {
                "from": [width, height],
                "resize": resized,
                "size": size,
                "filter": name,
                "planes": np.asarray(result).transpose(2, 0, 1).flatten().tolist(),
            }
        )
(out / "framed.json").write_text(json.dumps(cases))
grey = np.asarray(pattern(16, 16, 3).convert("L")).flatten().tolist()
(out / "grey.json").write_text(json.dumps(grey))
