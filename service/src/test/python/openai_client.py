"""Uses the service as any program uses OpenAI, with another base URL: openai_client.py BASE_URL MODEL"""

import math
import sys

import openai

base_url, model = sys.argv[1:]
client = openai.OpenAI(base_url=base_url, api_key="none", max_retries=0)

assert model in [each.id for each in client.models.list()]
assert client.models.retrieve(model).object == "model"

whole = client.completions.create(model=model, prompt="ab", max_tokens=8, temperature=0)
assert whole.choices[0].text == "cd\u00e9fghi", whole
assert whole.choices[0].finish_reason == "length"
assert whole.usage.total_tokens == 10

stream = client.completions.create(
    model=model, prompt="ab", temperature=0, stop=["gh"], stream=True, logprobs=0,
    stream_options={"include_usage": True})
text, tokens, usage = "", [], None
for chunk in stream:
    for choice in chunk.choices:
        text += choice.text
        tokens += choice.logprobs.tokens
    usage = chunk.usage or usage
assert text == "cd\u00e9f", text
assert tokens == ["c", "d", "bytes:\\xc3", "bytes:\\xa9", "f"], tokens
assert usage.completion_tokens == 7

scored = client.completions.create(
    model=model, prompt=[[97, 98, 99], [97, 120]], max_tokens=0, echo=True, logprobs=1, seed=1234)
scores = scored.choices[0].logprobs
assert scores.tokens == ["a", "b", "c"]
assert scores.text_offset == [0, 1, 2]
assert scores.token_logprobs[0] is None
assert scores.token_logprobs[2] == max(scores.top_logprobs[2].values())
assert scored.choices[1].logprobs.token_logprobs[1] < -2

biased = client.completions.create(
    model=model, prompt="ab", max_tokens=4, temperature=0, logit_bias={"120": 100},
    presence_penalty=0.5, frequency_penalty=0.5, best_of=2, n=1, user="somebody",
    extra_body={"max_completion_tokens": 4, "metadata": {"run": "7"}, "top_k": 5})
assert biased.choices[0].text == "xxxx", biased

# Without an encoding the client asks for base64.
vectors = client.embeddings.create(model=model, input=["abc", "ghi"])
floats = client.embeddings.create(model=model, input=[97, 98, 99], encoding_format="float")
assert len(vectors.data[1].embedding) == 24
assert all(
    math.isclose(a, b, abs_tol=1e-6)
    for a, b in zip(vectors.data[0].embedding, floats.data[0].embedding))
short = client.embeddings.create(model=model, input="abc", dimensions=5).data[0].embedding
assert len(short) == 5 and math.isclose(math.hypot(*short), 1, abs_tol=1e-6)


def refused(error, param, call):
    try:
        call()
    except error as e:
        assert e.param == param, e
        return str(e)
    raise AssertionError("not refused: " + str(param))


refused(openai.NotFoundError, "model", lambda: client.completions.create(model="none", prompt="a"))
refused(openai.BadRequestError, "temperature",
        lambda: client.completions.create(model=model, prompt="a", temperature=9))
refused(openai.BadRequestError, "suffix",
        lambda: client.completions.create(model=model, prompt="a", suffix="z"))
refused(openai.BadRequestError, "dimensions",
        lambda: client.embeddings.create(model=model, input="a", dimensions=25))
answer = client.chat.completions.create(
    model="talker", messages=[{"role": "user", "content": "ab"}], temperature=0)
assert answer.choices[0].message.content == "cdéfgh", answer
without = refused(openai.BadRequestError, "model", lambda: client.chat.completions.create(
    model=model, messages=[{"role": "user", "content": "a"}]))
assert "chat template" in without, without
print("openai for Python is content")
