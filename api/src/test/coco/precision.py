"""Makes the average precisions that Fathom's are compared with.

usage: python3 precision.py FOLDER   (FOLDER is api/src/test/resources/coco)
The committed file came from pycocotools 2.0.11.
"""
import contextlib, io, json, random, sys
from pathlib import Path

from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

random.seed(3)
CLASSES, PICTURES = 4, 40
images, truths, found = [], [], []
for picture in range(PICTURES):
    images.append({"id": picture})
    for _ in range(random.randint(0, 5)):
        # Of the last class nothing is there, but some is found.
        x, y, w, h = (round(random.uniform(a, b), 2) for a, b in ((0, 60), (0, 60), (6, 40), (6, 40)))
        label = random.randrange(CLASSES - 1)
        truths.append({"id": len(truths) + 1, "image_id": picture, "category_id": label, "bbox": [x, y, w, h],
                       "area": w * h, "iscrowd": 0})
        for _ in range(random.choice((0, 1, 1, 1, 2))):
            near = [round(v + random.gauss(0, 0.08 * max(w, h)), 2) for v in (x, y, w, h)]
            near[2:] = [max(1, near[2]), max(1, near[3])]
            found.append({"image_id": picture, "category_id": label if random.random() < 0.9 else random.randrange(CLASSES),
                          "bbox": near, "score": round(random.random(), 2)})  # some scores are equal
    if random.random() < 0.3:
        found.append({"image_id": picture, "category_id": random.randrange(CLASSES), "bbox": [1, 2, 30, 30],
                      "score": round(random.random(), 2)})
with contextlib.redirect_stdout(io.StringIO()):
    truth = COCO()
    truth.dataset = {"images": images, "annotations": truths, "categories": [{"id": i, "name": str(i)} for i in range(CLASSES)]}
    truth.createIndex()
    evaluation = COCOeval(truth, truth.loadRes(found), "bbox")
    evaluation.evaluate()
    evaluation.accumulate()
# [overlaps, recalls, classes, areas, most]
precision = evaluation.eval["precision"][:, :, :, 0, 2]
each = precision.mean(1)
out = {"classes": CLASSES, "pictures": PICTURES,
       "truths": [[t["image_id"], t["category_id"], *t["bbox"]] for t in truths],
       "found": [[f["image_id"], f["category_id"], f["score"], *f["bbox"]] for f in found],
       "map50": float(precision[0][precision[0] > -1].mean()), "map": float(precision[precision > -1].mean()),
       "ap50": [None if v < 0 else float(v) for v in each[0]]}
Path(sys.argv[1], "precision.json").write_text(json.dumps(out, separators=(",", ":")) + "\n")
print({k: out[k] for k in ("map50", "map", "ap50")})
