"""Makes the numbers that Fathom's metrics are compared with.

usage: python3 fixtures.py FOLDER   (FOLDER is api/src/test/resources/sklearn)
The committed file came from scikit-learn 1.9.
"""
import json, sys, warnings
from pathlib import Path

import numpy as np
from sklearn import metrics as sk

warnings.simplefilter("ignore")


def softmax(x):
    e = np.exp(x - x.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def mean(values):
    known = [v for v in values if v == v]
    return float(np.mean(known)) if known else float("nan")


def area(kind, truth, scores):
    """NaN where the figure is not defined."""
    if not truth.any() or kind is sk.roc_auc_score and truth.all():
        return float("nan")
    return float(kind(truth, scores))


def numbers(values):
    """JSON has no NaN: null."""
    return [None if v != v else float(v) for v in values]


def classes(name, logits, labels):
    """One class an example. A figure of a class that is neither there nor taken is null."""
    logits, labels = np.float32(logits), np.array(labels)
    probabilities, taken = softmax(np.float64(logits)), logits.argmax(1)
    count = logits.shape[1]
    all = list(range(count))
    out = {"name": name, "logits": logits.tolist(), "labels": labels.tolist(),
           "accuracy": float(sk.accuracy_score(labels, taken)),
           "confusion": sk.confusion_matrix(labels, taken, labels=all).tolist(),
           "logLoss": float(sk.log_loss(labels, probabilities, labels=all)),
           "top2": float(sk.top_k_accuracy_score(labels, logits, k=2, labels=all)) if count > 2 else 1.0}
    seen = np.isin(all, labels) | np.isin(all, taken)
    for key, score in (("precision", sk.precision_score), ("recall", sk.recall_score), ("f1", sk.f1_score)):
        each = score(labels, taken, labels=all, average=None, zero_division=0)
        out[key] = {"macro": float(score(labels, taken, average="macro", zero_division=0)),
                    "each": numbers(np.where(seen, each, np.nan))}
    for key, kind in (("rocAuc", sk.roc_auc_score), ("prAuc", sk.average_precision_score)):
        each = [area(kind, labels == k, probabilities[:, k]) for k in all]
        out[key] = {"macro": numbers([each[1] if count == 2 else mean(each)])[0], "each": numbers(each)}
    if count > 2 and len(set(labels)) == count:
        ovr = sk.roc_auc_score(labels, probabilities, multi_class="ovr", average="macro")
        assert abs(ovr - out["rocAuc"]["macro"]) < 1e-12
    return out


def several(name, logits, targets):
    """Any number of labels an example."""
    logits, targets = np.float32(logits), np.array(targets)
    taken = (logits > 0).astype(int)
    seen = targets.any(0) | taken.any(0)
    cells = sk.multilabel_confusion_matrix(targets, taken)
    out = {"name": name, "logits": logits.tolist(), "targets": targets.tolist(),
           "accuracy": float((taken == targets).mean()),
           "confusion": [[int(c[1, 1]), int(c[0, 1]), int(c[1, 0]), int(c[0, 0])] for c in cells]}
    for key, score in (("precision", sk.precision_score), ("recall", sk.recall_score), ("f1", sk.f1_score)):
        each = np.where(seen, score(targets, taken, average=None, zero_division=0), np.nan)
        out[key] = {"macro": numbers([mean(each)])[0], "each": numbers(each)}
    for key, kind in (("rocAuc", sk.roc_auc_score), ("prAuc", sk.average_precision_score)):
        each = [area(kind, targets[:, k], logits[:, k]) for k in range(targets.shape[1])]
        out[key] = {"macro": numbers([mean(each)])[0], "each": numbers(each)}
    return out


def regression(name, outputs, targets):
    outputs, targets = np.float64(np.float32(outputs)), np.float64(np.float32(targets))
    return {"name": name, "outputs": outputs.tolist(), "targets": targets.tolist(),
            "meanAbsoluteError": float(sk.mean_absolute_error(targets, outputs)),
            "rootMeanSquaredError": float(sk.mean_squared_error(targets, outputs) ** 0.5),
            "r2": numbers([sk.r2_score(targets, outputs)])[0]}


if __name__ == "__main__":
    random = np.random.default_rng(7)
    rows = random.normal(size=(9, 4))  # Rows come again: scores with ties.
    picked = random.integers(0, 9, 23)
    labels = random.integers(0, 4, 23)
    absent = np.where(labels == 2, 1, labels)
    unseen = rows.copy()
    unseen[:, 2] -= 10
    halves = np.round(2 * random.normal(size=(23, 3))) / 2
    marks = random.integers(0, 2, (23, 3))
    marks[:, 2] = random.random(23) < 0.2
    wrong = marks.copy()
    wrong[:, 1] = 0
    truth = 5 * random.normal(size=(23, 3)) + [0, 1000, -3]
    guess = truth + random.normal(size=(23, 3)) * [1, 20, 9]
    flat = truth.copy()
    flat[:, 1] = 2.5
    content = {
        "classes": [
            classes("four classes", rows[picked], labels),
            classes("a class that is taken but not there", rows[picked], absent),
            classes("a class that is there but not taken", unseen[picked], labels),
            classes("a class that is neither", unseen[picked], absent),
            classes("two classes", rows[picked][:, :2], labels % 2),
            classes("one class alone", rows[picked][:, :2], labels * 0),
            classes("one example", rows[:1], [1])],
        "several": [
            several("three labels", halves, marks),
            several("a label that no example has", halves, wrong),
            several("one example", halves[:1], marks[:1])],
        "regression": [
            regression("three numbers", guess, truth),
            regression("one number", guess[:, :1], truth[:, :1]),
            regression("a number that never changes", guess, flat),
            regression("never changes, always right", flat[:, 1:2], flat[:, 1:2]),
            regression("one example", guess[:1], truth[:1])]}
    text = json.dumps(content, separators=(",", ":"), allow_nan=False)
    (Path(sys.argv[1]) / "metrics.json").write_text(text + "\n")
