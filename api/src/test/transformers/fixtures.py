"""Makes small folders of models as the transformers library writes them, and what it says of them.

usage: python3 fixtures.py FOLDER   (FOLDER is api/src/test/resources/transformers)
The committed files came from transformers 5.18 and PyTorch 2.13 on a CPU.

Each folder has a model with random numbers, and expected.json:
  ids        a text
  logits     [ids, vocabulary], behind each token of it
  prompt     how many of the ids generation goes on from
  generated  the likeliest tokens behind them, but for the end of the text
BERT's has the ids of some texts, segments of one, hidden states, and vectors of sentences.
"""
import copy, json, sys
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, normalizers
from transformers import (
    BertConfig, BertModel, Gemma2Config, Gemma2ForCausalLM, Gemma3ForCausalLM, Gemma3TextConfig,
    GemmaConfig, GemmaForCausalLM, GenerationConfig, GPT2Config, GPT2LMHeadModel, LlamaConfig,
    LlamaForCausalLM, MistralConfig, MistralForCausalLM, PreTrainedTokenizerFast, Qwen2Config,
    Qwen2ForCausalLM, Qwen3Config, Qwen3ForCausalLM)

torch.set_num_threads(1)
OUT = Path(sys.argv[1])
WORDS = ("the a cat dog bird sat ran flew on under over mat tree house and or then it was red blue "
         "small big very not is are we you they see hear love with without . , ? !").split()
SHORT = dict(vocab_size=48, hidden_size=16, num_hidden_layers=2, num_attention_heads=4,
             max_position_embeddings=64, bos_token_id=1, eos_token_id=2)
GATED = dict(intermediate_size=24, num_key_value_heads=2, pad_token_id=0, **SHORT)


def words():
    special = ["<pad>", "<s>", "</s>", "<unk>"]
    vocabulary = {word: i for i, word in enumerate(special + WORDS)}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.add_special_tokens(special)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A", pair="<s> $A $B", special_tokens=[("<s>", 1)])
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>", unk_token="<unk>",
        pad_token="<pad>")


def pieces():
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    vocabulary = {word: i for i, word in enumerate(special + WORDS + ["##s", "##y"])}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.add_special_tokens(special)
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]",
        pad_token="[PAD]")


def scramble(model, seed, dtype=torch.float32):
    """Numbers that make logits differ, as the type of the file has them."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for p in model.parameters():
            if p.dim() == 1:
                p.add_(0.3 * torch.randn(p.shape, generator=generator))
            else:
                p.copy_(0.35 * torch.randn(p.shape, generator=generator))
            p.copy_(p.to(dtype).float())
    return model.eval()


def rounded(tensor):
    return [float(f"{value:.7g}") for value in tensor.flatten().tolist()]


def write(folder, name, content):
    form = {"separators": (",", ":")} if name == "expected.json" else {"indent": 1}
    (folder / name).write_text(json.dumps(content, **form) + "\n")


def save(folder, model, dtype, shard):
    folder.mkdir(parents=True, exist_ok=True)
    # Of a copy, since frequencies of rotations are cast too.
    copy.deepcopy(model).to(dtype).save_pretrained(folder, max_shard_size=shard)


def causal(name, model, seed, dtype=torch.float32, shard="1GB", length=20, prompt=7,
           generation=None, old=False):
    folder = OUT / name
    model.set_attn_implementation("eager")  # the only one with soft caps
    scramble(model, seed, dtype)
    model.generation_config = GenerationConfig(
        bos_token_id=1, eos_token_id=2, **(generation or {}))
    save(folder, model, dtype, shard)
    words().save_pretrained(folder)
    if old:
        as_before_version_5(folder)
    generator = torch.Generator().manual_seed(seed + 100)
    ids = torch.cat((torch.tensor([1]), torch.randint(4, 4 + len(WORDS), (length - 1,), generator=generator)))
    with torch.no_grad():
        logits = model(ids[None]).logits[0]
        tokens = ids[:prompt].tolist()
        for _ in range(12):
            last = model(torch.tensor([tokens])).logits[0, -1, :4 + len(WORDS)]
            last[2] = -100  # else the text ends
            tokens.append(int(last.argmax()))
    write(folder, "expected.json", {
        "ids": ids.tolist(), "logits": rounded(logits), "prompt": prompt,
        "generated": tokens[prompt:]})
    print(name, logits.std().item(), tokens[prompt:])


def as_before_version_5(folder):
    """The keys that most published folders have."""
    config = json.loads((folder / "config.json").read_text())
    rope = config.pop("rope_parameters")
    config["rope_theta"] = rope.pop("rope_theta")
    kind = rope.pop("rope_type", "default")
    if kind != "default":
        config["rope_scaling"] = {"type": kind, **rope}
    config["torch_dtype"] = config.pop("dtype", "float32")
    write(folder, "config.json", config)


def mean_bert():
    folder = OUT / "bert"
    model = scramble(BertModel(BertConfig(
        intermediate_size=24, type_vocab_size=2, pad_token_id=0, hidden_act="gelu", **SHORT)), 50)
    save(folder, model, torch.float32, "1GB")
    tokenizer = pieces()
    tokenizer.save_pretrained(folder)
    write(folder, "modules.json", [
        {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
        {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
        {"idx": 2, "name": "2", "path": "2_Normalize",
         "type": "sentence_transformers.models.Normalize"}])
    (folder / "1_Pooling").mkdir(exist_ok=True)
    write(folder / "1_Pooling", "config.json", {
        "word_embedding_dimension": 16, "pooling_mode_cls_token": False,
        "pooling_mode_mean_tokens": True, "pooling_mode_max_tokens": False,
        "pooling_mode_mean_sqrt_len_tokens": False})
    write(folder, "sentence_bert_config.json", {"max_seq_length": 24, "do_lower_case": False})
    texts = ["The cat sat on the mat.", "a small bird flew over the house, and then it was not red!",
             "dogs"]
    batch = tokenizer(texts, padding="max_length", max_length=24, return_tensors="pt",
                      return_token_type_ids=True)
    with torch.no_grad():
        hidden = model(batch["input_ids"], batch["attention_mask"], batch["token_type_ids"])[0]
        mask = batch["attention_mask"][..., None].float()
        mean = (hidden * mask).sum(1) / mask.sum(1)
        pair = tokenizer("the cat sat", "it was red", return_tensors="pt",
                         return_token_type_ids=True)
        both = model(**pair)[0]
    write(folder, "expected.json", {
        "texts": texts, "ids": batch["input_ids"].tolist(),
        "vectors": rounded(torch.nn.functional.normalize(mean, dim=1)),
        "first": rounded(hidden[:, 0]),
        "pair": pair["input_ids"][0].tolist(), "segments": pair["token_type_ids"][0].tolist(),
        "hidden": rounded(both)})
    print("bert", hidden.std().item())


def main():
    llama3 = dict(rope_type="llama3", rope_theta=500.0, factor=4.0, low_freq_factor=1.0,
                  high_freq_factor=4.0, original_max_position_embeddings=16)
    causal("llama", LlamaForCausalLM(LlamaConfig(rope_parameters=llama3, **GATED)), 10,
           torch.bfloat16, "5KB")
    linear = dict(rope_type="linear", rope_theta=10000.0, factor=2.0)
    causal("llama-tied", LlamaForCausalLM(LlamaConfig(
        rope_parameters=linear, tie_word_embeddings=True, attention_bias=True, mlp_bias=True,
        **GATED)), 11, generation=dict(do_sample=True, temperature=0.6, top_p=0.9, top_k=20),
        old=True)
    causal("mistral", MistralForCausalLM(MistralConfig(sliding_window=6, **GATED)), 20,
           torch.float16, old=True)
    causal("qwen2", Qwen2ForCausalLM(Qwen2Config(
        use_sliding_window=True, sliding_window=5, max_window_layers=1, tie_word_embeddings=True,
        **GATED)), 21)
    yarn = dict(rope_type="yarn", rope_theta=1000.0, factor=4.0,
                original_max_position_embeddings=16)
    causal("qwen3", Qwen3ForCausalLM(Qwen3Config(
        head_dim=8, rope_parameters=yarn, use_sliding_window=False, **GATED)), 22)
    causal("gemma", GemmaForCausalLM(GemmaConfig(
        head_dim=8, hidden_activation="gelu_pytorch_tanh", **GATED)), 30)
    causal("gemma2", Gemma2ForCausalLM(Gemma2Config(
        head_dim=8, query_pre_attn_scalar=16, sliding_window=6, attn_logit_softcapping=5.0,
        final_logit_softcapping=3.0, **GATED)), 31)
    causal("gemma3", Gemma3ForCausalLM(Gemma3TextConfig(
        head_dim=8, query_pre_attn_scalar=16, sliding_window=6,
        layer_types=["sliding_attention", "full_attention"],
        rope_parameters={
            "sliding_attention": {"rope_type": "default", "rope_theta": 10000.0},
            "full_attention": {"rope_type": "linear", "rope_theta": 100000.0, "factor": 2.0}},
        **GATED)), 32)
    causal("gpt2", GPT2LMHeadModel(GPT2Config(
        vocab_size=48, n_embd=16, n_layer=2, n_head=4, n_positions=64, bos_token_id=1,
        eos_token_id=2)), 40)
    mean_bert()


if __name__ == "__main__":
    main()
