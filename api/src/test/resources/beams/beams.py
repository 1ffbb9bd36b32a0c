"""Beam search of transformers over random tables, from place and token to logits of the next, so that no two texts tie; writes beams.json.

Run: python beams.py
"""
import json
import pathlib
import torch
from transformers import GenerationConfig, GenerationMixin, PretrainedConfig, PreTrainedModel
from transformers.modeling_outputs import CausalLMOutput


class Table(PreTrainedModel, GenerationMixin):
    config_class = PretrainedConfig
    main_input_name = "input_ids"
    _supports_cache_class = False

    def __init__(self, config, table):
        super().__init__(config)
        self.table = torch.nn.Parameter(table)

    def prepare_inputs_for_generation(self, input_ids, **kwargs):
        return {"input_ids": input_ids}

    def forward(self, input_ids, **kwargs):
        places = torch.arange(input_ids.shape[1])
        return CausalLMOutput(logits=self.table[places, input_ids])


cases = []
for seed, (size, beams, count, penalty, most) in enumerate(
    [(5, 1, 1, 1.0, 6), (5, 3, 3, 1.0, 6), (7, 4, 2, 0.0, 9), (7, 4, 4, 2.0, 9), (4, 2, 2, -1.0, 5),
     (9, 5, 5, 0.6, 12), (3, 6, 6, 1.0, 4), (11, 8, 3, 1.5, 15)]
):
    torch.manual_seed(seed)
    table = (torch.randn(most, size, size) * 1500).round() / 1000
    config = PretrainedConfig(vocab_size=size, is_encoder_decoder=False)
    model = Table(config, table).eval()
    out = model.generate(
        torch.tensor([[1]]),
        generation_config=GenerationConfig(
            num_beams=beams, num_return_sequences=count, length_penalty=penalty, max_new_tokens=most,
            eos_token_id=0, pad_token_id=0, do_sample=False, early_stopping=False, use_cache=False,
            return_dict_in_generate=True, output_scores=True),
    )
    found = []
    for i in range(count):
        tokens = out.sequences[i].tolist()[1:]
        stopped = 0 in tokens
        tokens = tokens[: tokens.index(0)] if stopped else tokens
        score = None if beams == 1 else out.sequences_scores[i].item()
        found.append({"tokens": tokens, "stopped": stopped, "score": score})
    cases.append({"beams": beams, "count": count, "penalty": penalty, "most": most,
                  "table": [[[round(x, 3) for x in row] for row in place] for place in table.tolist()], "found": found})
file = pathlib.Path(__file__).parent / "beams.json"
file.write_text(json.dumps(cases) + "\n")
