"""Makes the figures that Fathom's scores of texts are compared with.

usage: pip install sacrebleu && python scores.py FILE
       (FILE is api/src/test/resources/sacrebleu/scores.json)

BLEU and chrF are sacrebleu's, with its defaults; ROUGE-L is the definition of Google's rouge-score
for ASCII, without a stemmer. The committed file came from sacrebleu 2.6.0.
"""
import json
import random
import re
import sys

import sacrebleu

WORDS = """the cat sat on the mat . a dog barked at it , and the cat's tail rose ! "why?" 3.14 1,000 5-6 well-known
x-ray <skipped> &quot;quoted&quot; &amp; &lt;tag&gt; $5 50% a/b (see [1]) {x} ~ ^ e.g. i.e., end.Next 10.000,5 état
naïve Straße Привет мир 日本語 テスト שלום नमस्ते 😀 \u00a0 \u3000 \x1c line-\nbreak \n tab\there""".split(' ')


def sentence(rng):
    return ' '.join(rng.choice(WORDS) for _ in range(rng.choice([0, 1, 2, 3, 5, 8, 13, 21])))


def changed(rng, text, rate):
    words = text.split(' ')
    out = []
    for word in words:
        kind = rng.random() / rate
        if kind < 0.3:
            continue
        out.append(rng.choice(WORDS) if kind < 0.6 else word)
        if 0.6 <= kind < 1:
            out.append(word[::-1])
    return ' '.join(out)


def rouge_l(text, reference):
    a, b = (re.sub('[^a-z0-9]+', ' ', t.lower()).split() for t in (text, reference))
    table = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            table[i + 1][j + 1] = table[i][j] + 1 if x == y else max(table[i][j + 1], table[i + 1][j])
    if not table[-1][-1]:
        return 0
    precision, recall = table[-1][-1] / len(a), table[-1][-1] / len(b)
    return 2 * precision * recall / (precision + recall)


def main(file):
    rng = random.Random(1)
    cases = []
    for i in range(80):
        size, count = rng.choice([1, 1, 2, 5, 12]), rng.choice([1, 1, 2, 3])
        references = [[sentence(rng)] for _ in range(size)]
        for each in references:
            each += [changed(rng, each[0], 0.3) for _ in range(count - 1)]
        texts = [changed(rng, each[0], rng.choice([0.05, 0.2, 0.5, 0.9])) for each in references]
        columns = [[each[k] for each in references] for k in range(count)]
        cases.append({
            'texts': texts, 'references': references,
            'bleu': sacrebleu.corpus_bleu(texts, columns).score,
            'chrF': sacrebleu.corpus_chrf(texts, columns).score,
            'rougeL': None if any(not t.isascii() for t in sum(references, texts)) else
                      sum(max(rouge_l(t, r) for r in each) for t, each in zip(texts, references)) / size})
    with open(file, 'w') as out:
        out.write('[\n' + ',\n'.join(json.dumps(c) for c in cases) + '\n]\n')
    print(sum(c['rougeL'] is not None for c in cases), sum(c['bleu'] > 0 for c in cases), 'of', len(cases))


main(sys.argv[1])
