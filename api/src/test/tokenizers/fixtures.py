"""Makes the numbers that Fathom's tokenizers are compared with.

usage: pip install tokenizers sentencepiece && python fixtures.py FOLDER
       (FOLDER is api/src/test/resources/tokenizers; no file is downloaded)

Strings of many scripts are made by a seed. A tokenizer of each kind that published models have
learns from some of them, and encodes and decodes all with Hugging Face's library. What it gave is
kept as a CRC of 16 bits for each string, so that a difference leads to its string, and in full for
the first ones. The committed files came from tokenizers 0.23.2 and sentencepiece 0.2.2.
"""
import base64
import gzip
import io
import json
import random
import struct
import sys
import tempfile
import unicodedata
import zlib
from collections import Counter

import sentencepiece
from tokenizers import AddedToken, Regex, Tokenizer, models, pre_tokenizers, trainers
from tokenizers import normalizers as norm

STRINGS = 10_000
DECODED = 2_500
RANDOM = 1_000
SPECIAL = 1_000
IN_FULL = 40

# ---- strings ----

SCRIPTS = {
    'latin': [(0x61, 0x7A)],
    'latin extended': [(0xC0, 0xD6), (0xD8, 0xF6), (0xF8, 0x17F), (0x1E00, 0x1EF9)],
    'cyrillic': [(0x410, 0x44F), (0x400, 0x45F)],
    'greek': [(0x386, 0x386), (0x388, 0x38A), (0x391, 0x3A1), (0x3A3, 0x3CE), (0x1F00, 0x1F15)],
    'arabic': [(0x621, 0x63A), (0x641, 0x652), (0x660, 0x669)],
    'hebrew': [(0x5B0, 0x5B9), (0x5D0, 0x5EA)],
    'devanagari': [(0x901, 0x903), (0x905, 0x939), (0x93E, 0x94D), (0x966, 0x96F)],
    'bengali': [(0x985, 0x98C), (0x995, 0x9A8), (0x9BE, 0x9C4)],
    'tamil': [(0xB85, 0xB8A), (0xB95, 0xB95), (0xBBE, 0xBC2)],
    'thai': [(0xE01, 0xE3A), (0xE40, 0xE4E), (0xE50, 0xE59)],
    'tibetan': [(0xF40, 0xF47), (0xF71, 0xF7E)],
    'georgian': [(0x10D0, 0x10F0)],
    'armenian': [(0x531, 0x556), (0x561, 0x587)],
    'ethiopic': [(0x1200, 0x1206), (0x1208, 0x1246)],
    'khmer': [(0x1780, 0x17B3), (0x17B6, 0x17D3)],
    'han': [(0x4E00, 0x4E80), (0x3400, 0x3410), (0xF900, 0xF905), (0x20000, 0x20010)],
    'hiragana': [(0x3041, 0x3094)],
    'katakana': [(0x30A1, 0x30FA), (0xFF66, 0xFF9D)],
    'hangul': [(0xAC00, 0xAC80), (0xD400, 0xD450)],
    'jamo': [(0x1100, 0x1112), (0x1161, 0x1175), (0x11A8, 0x11C2)],
    'full width': [(0xFF01, 0xFF5E)],
    'gothic': [(0x10330, 0x10349)],
    'mathematics': [(0x2200, 0x2240), (0x1D400, 0x1D420)],
}
MARKS = [0x300, 0x301, 0x302, 0x303, 0x308, 0x30A, 0x316, 0x327, 0x345, 0x489, 0x20DD, 0x93C, 0x3099]
SPACES = [' '] * 30 + ['  ', '   ', '\t', '\n', '\r\n', '\n\n', '\u00a0', '\u3000', '\u2028', '\u2009', '\u0085', '\u200b', '\u1680']
EMOJI = ['\U0001F600', '\U0001F469\u200D\U0001F469\u200D\U0001F467', '\U0001F1E9\U0001F1EA',
         '\U0001F44D\U0001F3FD', '1\uFE0F\u20E3', '\u2764\uFE0F', '\U0001F3F3\uFE0F\u200D\U0001F308', '\u260E']
CONTROLS = ['\x00', '\x01', '\x08', '\x0b', '\x0c', '\x1b', '\x1f', '\x7f', '\x80', '\x85', '\x8f', '\x9f', '\u00ad',
            '\u200c', '\u200d', '\u200e', '\u2060', '\ufeff', '\ufffd', '\ue000', '\ufff9']
ODD = ['\u2581', '<0x41>', '##ing', '``', "''", '\u0130', '\u0131', '\u1E9E', '\u00DF', '\u017F', '\uFB01', '\u2026', '\u00BD',
       '\u2167', '\u00B2', '\u0663', '\u3392', '\u1F80', '\u03C2', '\u03A3', '\u212A', '\u2126', '\u0344', '\u0958', '\u1112\u1161\u11AB',
       '</w>', '\u0120', 'newtoken', 'Newtoken', ' newtoken ', 'newtokens', '<extra>', ' <extra> ']
ENGLISH = """Call me Ishmael. Some years ago, never mind how long precisely, having little or no money in my
purse, and nothing particular to interest me on shore, I thought I would sail about a little and see the watery part of
the world. It's a way I have of driving off the spleen, and we'll see what they've done; I'd say you're right, he can't
DON'T WE'LL I'M It'S x's 42 3.14 1,234,567 2024-01-31 https://example.org/a?b=c&d=e def f(x): return {x: [1, 2]} // ok
naive cafe resume the lower newest widest lowest tokenization unbelievable internationalisation!!! ??? ... -- $5 50% #1
a_b snake_case CamelCase email@example.com <tag attr="v"/> (parenthesis) [bracket] {brace} 'quoted' "double" 100km""".split()
PUNCTUATION = list('.,;:!?-_()[]{}<>@#$%^&*+=~`|\\/"\'') + ['\u3002', '\u3001', '\u2019', '\u201C', '\u00BF', '\u060C', '\u0964', '\u2014', '\u20AC', '\u2192', '\u00B7']
ASSIGNED = [c for c in range(0x20000) if unicodedata.ucd_3_2_0.category(chr(c)) not in ('Cn', 'Cs', 'Co')]


def word(rng):
    ranges = SCRIPTS[rng.choice(list(SCRIPTS))]
    out = []
    for _ in range(rng.randint(1, 7)):
        low, high = rng.choice(ranges)
        out.append(chr(rng.randint(low, high)))
        if rng.random() < 0.04:
            out.append(chr(rng.choice(MARKS)))
    return ''.join(out)


def part(rng):
    kind = rng.random()
    if kind < 0.35:
        text = rng.choice(ENGLISH)
        return rng.choice([text, text, text.lower(), text.upper(), text.capitalize()])
    if kind < 0.75:
        return word(rng)
    if kind < 0.80:
        return rng.choice(EMOJI) * rng.randint(1, 2)
    if kind < 0.85:
        return str(rng.randint(0, 10 ** rng.randint(1, 8)))
    if kind < 0.88:
        return rng.choice(CONTROLS)
    if kind < 0.92:
        return rng.choice(ODD)
    if kind < 0.97:
        return rng.choice(PUNCTUATION) * rng.randint(1, 3)
    return chr(rng.choice(ASSIGNED))


def string(rng):
    out = []
    if rng.random() < 0.1:
        out.append(rng.choice(SPACES + CONTROLS + [chr(m) for m in MARKS]))
    for _ in range(rng.randint(0, 7)):
        out.append(part(rng))
        if rng.random() < 0.75:
            out.append(rng.choice(SPACES))
    return ''.join(out)


def strings():
    rng = random.Random(1)
    fixed = ['', ' ', '  ', '\n', 'a' * 101, 'a' * 100 + ' b', '\u0301', '\u2581', ' \u2581 ', 'Hello, world!', "it ' s n't do not 've"]
    return fixed + [string(rng) for _ in range(STRINGS - len(fixed))]


# ---- kinds ----

GPT4 = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
QWEN = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
POSSESSIVE = r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+"
GPT4O = '|'.join([
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"\p{N}{1,3}", r" ?[^\s\p{L}\p{N}]+[\r\n/]*", r"\s*[\r\n]+", r"\s+(?!\S)", r"\s+"])
DEEPSEEK = (r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"
            r"| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
BLOOM = r" ?[^(\s|[.,!?…。，、।۔،])]+"
CLIP = r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"

BYTE_LEVEL = {'type': 'ByteLevel', 'add_prefix_space': False, 'trim_offsets': True, 'use_regex': True}
BYTES = {**BYTE_LEVEL, 'use_regex': False}


def regex(pattern, behavior='Isolated', invert=False):
    return {'type': 'Split', 'pattern': {'Regex': pattern}, 'behavior': behavior, 'invert': invert}


def sequence(kind, *parts):
    return {'type': 'Sequence', kind: list(parts)}


def metaspace(scheme, split=True):
    return {'type': 'Metaspace', 'replacement': '\u2581', 'prepend_scheme': scheme, 'split': split}


def added(id, content, special=True, **flags):
    return {'id': id, 'content': content, 'single_word': False, 'lstrip': False, 'rstrip': False,
            'normalized': not special, 'special': special, **flags}


def template(before, after, ids, middle=True):
    special = lambda name, type_id: {'SpecialToken': {'id': name, 'type_id': type_id}}
    text = lambda name, type_id: {'Sequence': {'id': name, 'type_id': type_id}}
    return {'type': 'TemplateProcessing',
            'single': [special(n, 0) for n in before] + [text('A', 0)] + [special(n, 0) for n in after],
            'pair': [special(n, 0) for n in before] + [text('A', 0)] + [special(n, 0) for n in after]
                    + [text('B', 1)] + [special(n, 1) for n in after],
            'special_tokens': {n: {'id': n, 'ids': [ids[n]], 'tokens': [n]} for n in before + after}}


def document(model, **stages):
    return {'version': '1.0', 'truncation': None, 'padding': None, 'added_tokens': [], 'normalizer': None,
            'pre_tokenizer': None, 'post_processor': None, 'decoder': None, **stages, 'model': model}


def train(model, trainer, texts, **stages):
    """The model that the library learns behind the stages."""
    tokenizer = Tokenizer.from_str(json.dumps(document(
        {'type': 'BPE', 'vocab': {}, 'merges': [], 'dropout': None, 'unk_token': None,
         'continuing_subword_prefix': None, 'end_of_word_suffix': None, 'fuse_unk': False,
         'byte_fallback': False, 'ignore_merges': False}, **stages)))
    tokenizer.model = model
    tokenizer.train_from_iterator(texts, trainer)
    model = json.loads(tokenizer.to_str())['model']
    if model['type'] == 'Unigram':  # Of more digits the library reads the last bit as it comes.
        model['vocab'] = [[piece, round(score, 10)] for piece, score in model['vocab']]
    return model


def vocabulary(model):
    return model['vocab'] if isinstance(model['vocab'], dict) else {p: i for i, (p, _) in enumerate(model['vocab'])}


def extended(model, *tokens):
    """Added tokens behind the model's, or those of it."""
    ids, out = vocabulary(model), []
    following = len(ids)
    for content, special, flags in tokens:
        if content in ids:
            out.append(added(ids[content], content, special, **flags))
        else:
            out.append(added(following, content, special, **flags))
            following += 1
    return out


def charsmap():
    with tempfile.TemporaryDirectory() as folder:
        model = io.BytesIO()
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(['the cat sat on the mat'] * 20), model_writer=model, vocab_size=20,
            hard_vocab_limit=False, normalization_rule_name='nmt_nfkc', minloglevel=2)
        from sentencepiece import sentencepiece_model_pb2 as pb
        proto = pb.ModelProto()
        proto.ParseFromString(model.getvalue())
        return base64.b64encode(proto.normalizer_spec.precompiled_charsmap).decode()


def kinds(texts):
    size = 900
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    bpe = lambda **k: trainers.BpeTrainer(vocab_size=size, show_progress=False, **k)
    bytes_bpe = lambda stages, **k: train(models.BPE(**k), bpe(initial_alphabet=alphabet), texts, **stages)
    bert_special = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]']
    extra = ('newtoken', False, {'single_word': True}), ('<extra>', False, {'lstrip': True, 'normalized': False})

    def bert(lowercase, strip):
        stages = {'normalizer': {'type': 'BertNormalizer', 'clean_text': True, 'handle_chinese_chars': True,
                                 'strip_accents': strip, 'lowercase': lowercase},
                  'pre_tokenizer': {'type': 'BertPreTokenizer'}}
        model = train(models.WordPiece(unk_token='[UNK]', max_input_chars_per_word=100),
                      trainers.WordPieceTrainer(vocab_size=1500, special_tokens=bert_special, show_progress=False),
                      texts, **stages)
        tokens = extended(model, *((t, True, {}) for t in bert_special), *extra)
        return model, {**stages, 'added_tokens': tokens,
                       'decoder': {'type': 'WordPiece', 'prefix': '##', 'cleanup': True}}

    model, stages = bert(True, None)
    yield 'bert-uncased', document(model, **stages, post_processor=template(['[CLS]'], ['[SEP]'], model['vocab']))
    model, stages = bert(False, None)
    ids = model['vocab']
    stages['decoder']['cleanup'] = False
    yield 'bert-cased', document(model, **stages, post_processor={
        'type': 'BertProcessing', 'sep': ['[SEP]', ids['[SEP]']], 'cls': ['[CLS]', ids['[CLS]']]})

    stages = {'pre_tokenizer': BYTE_LEVEL, 'decoder': BYTE_LEVEL, 'post_processor': BYTE_LEVEL}
    model = bytes_bpe(stages)
    yield 'gpt2', document(model, **stages, added_tokens=extended(model, ('<|endoftext|>', True, {})))

    prefixed = {**BYTE_LEVEL, 'add_prefix_space': True}
    stages = {'pre_tokenizer': prefixed, 'decoder': prefixed}
    model = bytes_bpe(stages)
    tokens = extended(model, ('<s>', True, {}), ('<pad>', True, {}), ('</s>', True, {}),
                      ('<mask>', True, {'lstrip': True}), *extra)
    ids = {t['content']: t['id'] for t in tokens}
    yield 'roberta', document(model, **stages, added_tokens=tokens, post_processor={
        'type': 'RobertaProcessing', 'sep': ['</s>', ids['</s>']], 'cls': ['<s>', ids['<s>']],
        'trim_offsets': True, 'add_prefix_space': True})

    def fallback(pre_tokenizer, normalizer, fuse):
        special = ['<unk>', '<s>', '</s>']
        codes = [f'<0x{b:02X}>' for b in range(256)]
        model = train(models.BPE(unk_token='<unk>', byte_fallback=True, fuse_unk=fuse),
                      bpe(special_tokens=special + codes, limit_alphabet=300), texts,
                      normalizer=normalizer, pre_tokenizer=pre_tokenizer)
        return model, extended(model, *((t, True, {}) for t in special), *extra)

    spaces = {'type': 'Replace', 'pattern': {'String': ' '}, 'content': '\u2581'}
    back = {'type': 'Replace', 'pattern': {'String': '\u2581'}, 'content': ' '}
    model, tokens = fallback(metaspace('always'), None, True)
    yield 'llama2', document(
        model, added_tokens=tokens, normalizer=sequence('normalizers', {'type': 'Prepend', 'prepend': '\u2581'}, spaces),
        decoder=sequence('decoders', back, {'type': 'ByteFallback'}, {'type': 'Fuse'},
                         {'type': 'Strip', 'content': ' ', 'start': 1, 'stop': 0}),
        post_processor=template(['<s>'], [], model['vocab']))
    yield 'llama2-first', document(
        model, added_tokens=tokens, normalizer={'type': 'Strip', 'strip_left': True, 'strip_right': False},
        pre_tokenizer=metaspace('first', False),
        decoder=sequence('decoders', back, {'type': 'ByteFallback'}, {'type': 'Fuse'},
                         {'type': 'Strip', 'content': ' ', 'start': 1, 'stop': 0}))
    split = {'type': 'Split', 'pattern': {'String': ' '}, 'behavior': 'MergedWithPrevious', 'invert': False}
    yield 'gemma', document(
        model, added_tokens=tokens, normalizer=spaces, pre_tokenizer=split,
        decoder=sequence('decoders', back, {'type': 'ByteFallback'}, {'type': 'Fuse'}))

    for name, pattern, normalizer in [('llama3', GPT4, None), ('qwen2', QWEN, {'type': 'NFC'}),
                                      ('gpt4', POSSESSIVE, None), ('gpt4o', GPT4O, {'type': 'NFKC'})]:
        stages = {'normalizer': normalizer, 'decoder': BYTE_LEVEL,
                  'pre_tokenizer': sequence('pretokenizers', regex(pattern), BYTES)}
        model = bytes_bpe(stages)
        model['ignore_merges'] = name == 'llama3'
        if name == 'llama3':  # A word that no merges make.
            model['vocab']['\u0120unmergeable'] = len(model['vocab'])
        tokens = extended(model, ('<|begin|>', True, {}), ('<|end|>', True, {'rstrip': True}), *extra)
        ids = {t['content']: t['id'] for t in tokens}
        yield name, document(model, **stages, added_tokens=tokens,
                             post_processor=sequence('processors', BYTE_LEVEL, template(['<|begin|>'], [], ids)))

    stages = {'decoder': BYTE_LEVEL, 'pre_tokenizer': sequence(
        'pretokenizers', regex(r'\p{N}{1,3}'), regex('[一-龥぀-ゟ゠-ヿ]+'), regex(DEEPSEEK), BYTES)}
    yield 'deepseek', document(bytes_bpe(stages), **stages)
    stages = {'decoder': BYTE_LEVEL, 'pre_tokenizer': sequence('pretokenizers', regex(BLOOM), BYTES)}
    yield 'bloom', document(bytes_bpe(stages), **stages)
    stages = {'decoder': BYTE_LEVEL, 'pre_tokenizer': sequence(
        'pretokenizers', {'type': 'Punctuation', 'behavior': 'Contiguous'}, BYTE_LEVEL,
        {'type': 'Digits', 'individual_digits': False}, regex('[0-9][0-9][0-9]'))}
    yield 'falcon', document(bytes_bpe(stages), **stages)

    stages = {'normalizer': sequence('normalizers', {'type': 'NFC'},
                                     {'type': 'Replace', 'pattern': {'Regex': r'\s+'}, 'content': ' '},
                                     {'type': 'Lowercase'}),
              'pre_tokenizer': sequence('pretokenizers', regex(CLIP, 'Removed', True), BYTE_LEVEL)}
    model = train(models.BPE(unk_token='<|end|>', end_of_word_suffix='</w>'),
                  bpe(initial_alphabet=alphabet, end_of_word_suffix='</w>', special_tokens=['<|end|>']), texts, **stages)
    yield 'clip', document(model, **stages, decoder={'type': 'BPEDecoder', 'suffix': '</w>'},
                           added_tokens=extended(model, ('<|end|>', True, {})))

    stages = {'normalizer': {'type': 'NFKD'},
              'pre_tokenizer': sequence('pretokenizers', {'type': 'Whitespace'},
                                        {'type': 'Punctuation', 'behavior': 'MergedWithNext'},
                                        {'type': 'Digits', 'individual_digits': True})}
    model = train(models.BPE(unk_token='[UNK]', continuing_subword_prefix='##', fuse_unk=True),
                  bpe(continuing_subword_prefix='##', special_tokens=['[UNK]'], limit_alphabet=200), texts, **stages)
    yield 'prefix', document(model, **stages, added_tokens=extended(model, ('[UNK]', True, {})),
                             decoder={'type': 'WordPiece', 'prefix': '##', 'cleanup': True})

    compiled = {'type': 'Precompiled', 'precompiled_charsmap': charsmap()}
    # All characters that a Unigram learns from are in its vocabulary, so these are few.
    counts = Counter(unicodedata.normalize('NFKD', ''.join(texts)).lower())
    frequent = {c for c, _ in counts.most_common(250)}
    plain = [t for t in texts if set(unicodedata.normalize('NFKD', t).lower()) <= frequent]
    unigram = lambda stages, special: train(
        models.Unigram(), trainers.UnigramTrainer(
            vocab_size=size, unk_token='<unk>', special_tokens=special, show_progress=False), plain, **stages)
    stages = {'normalizer': compiled, 'pre_tokenizer': metaspace('always')}
    model = unigram(stages, ['<pad>', '</s>', '<unk>'])
    tokens = extended(model, *((t, True, {}) for t in ('<pad>', '</s>', '<unk>')),
                      *((f'<extra_id_{i}>', True, {}) for i in range(3)), *extra)
    yield 't5', document(model, **stages, decoder=metaspace('always'), added_tokens=tokens,
                         post_processor=template([], ['</s>'], vocabulary(model)))

    # The charsmap is large, so others have none.
    small = sequence('normalizers', {'type': 'Nmt'}, {'type': 'NFKC'},
                     {'type': 'Replace', 'pattern': {'Regex': ' {2,}'}, 'content': ' '})
    stages = {'normalizer': small,
              'pre_tokenizer': sequence('pretokenizers', {'type': 'WhitespaceSplit'}, metaspace('first'))}
    special = ['<s>', '<pad>', '</s>', '<unk>']
    model = unigram(stages, special)
    yield 'xlm-roberta', document(model, **stages, decoder=metaspace('always'), added_tokens=extended(
        model, *((t, True, {}) for t in special), ('<mask>', True, {'lstrip': True}), *extra))

    stages = {'normalizer': sequence(
        'normalizers', {'type': 'Replace', 'pattern': {'String': '``'}, 'content': '"'},
        {'type': 'Replace', 'pattern': {'String': "''"}, 'content': '"'}, {'type': 'NFD'}, {'type': 'StripAccents'},
        {'type': 'Lowercase'}, {'type': 'Strip', 'strip_left': False, 'strip_right': True}),
        'pre_tokenizer': metaspace('first')}
    model = unigram(stages, special + [f'<0x{b:02X}>' for b in range(256)])
    model['byte_fallback'] = True
    yield 'albert', document(model, **stages, added_tokens=extended(model, *((t, True, {}) for t in special)),
                             decoder=sequence('decoders', {'type': 'ByteFallback'}, metaspace('first')))

    stages = {'normalizer': {'type': 'NFKC'}, 'pre_tokenizer': {'type': 'Whitespace'}}
    model = train(models.WordLevel(unk_token='[UNK]'),
                  trainers.WordLevelTrainer(vocab_size=size, special_tokens=['[UNK]'], show_progress=False), texts, **stages)
    yield 'words', document(model, **stages, added_tokens=extended(model, ('[UNK]', True, {})))


# ---- expected ----

def crc(values):
    return zlib.crc32(struct.pack(f'<{len(values)}i', *values)) & 0xFFFF


def packed(crcs):
    return base64.b64encode(struct.pack(f'<{len(crcs)}H', *crcs)).decode()


def random_ids(size):
    """The same numbers as the test's."""
    x = 1
    for _ in range(RANDOM):
        ids = []
        x = (x * 1103515245 + 12345) & 0x7FFFFFFF
        for _ in range(1 + (x >> 8) % 12):
            x = (x * 1103515245 + 12345) & 0x7FFFFFFF
            ids.append((x >> 8) % size)
        yield ids


def with_special(text, names, i):
    if not names:
        return text
    at, name = i * 7919 % (len(text) + 1), names[i % len(names)]
    return text[:at] + name + text[at:]


def expected(description, texts):
    tokenizer = Tokenizer.from_str(json.dumps(description))
    text_crc = lambda text: zlib.crc32(text.encode()) & 0xFFFF
    tokenizer.encode_special_tokens = True
    ids = [e.ids for e in tokenizer.encode_batch(texts, add_special_tokens=False)]
    size = tokenizer.get_vocab_size()
    decoded = [tokenizer.decode(i, skip_special_tokens=False) for i in ids[:DECODED]]
    at_random = [tokenizer.decode(i, skip_special_tokens=False) for i in random_ids(size)]
    tokenizer.encode_special_tokens = False
    names = [t['content'] for t in description['added_tokens'] if t['special']]
    marked = [with_special(t, names, i) for i, t in enumerate(texts[:SPECIAL])]
    special = [tokenizer.encode(t, add_special_tokens=False).ids for t in marked]
    single = tokenizer.encode('ab', add_special_tokens=True)
    pair = tokenizer.encode('ab', 'cd ef', add_special_tokens=True)
    return {
        'tokenizer': description,
        'size': size,
        'ids': packed([crc(i) for i in ids]),
        'decoded': packed([text_crc(t) for t in decoded]),
        'random': packed([text_crc(t) for t in at_random]),
        'special': packed([crc(i) for i in special]),
        'enclosed': [[single.ids, single.type_ids], [pair.ids, pair.type_ids]],
        'full': [{'text': texts[i], 'ids': ids[i], 'decoded': decoded[i], 'random': at_random[i], 'marked': marked[i],
                  'special': special[i]} for i in range(IN_FULL)],
    }


def write(path, content):
    text = json.dumps(content, ensure_ascii=False, separators=(',', ':')).encode()
    with open(path, 'wb') as raw, gzip.GzipFile('', 'wb', 9, raw, mtime=0) as out:
        out.write(text)


def main(folder):
    texts = strings()
    write(f'{folder}/strings.json.gz', texts)
    learned = texts[:3000] + [' '.join(ENGLISH)] * 20
    for name, description in kinds(learned):
        print(name, flush=True)
        write(f'{folder}/{name}.json.gz', expected(description, texts))


main(sys.argv[1])
