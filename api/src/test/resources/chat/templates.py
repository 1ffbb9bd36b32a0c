"""Fills the templates in with a few chats, by transformers; writes templates.json beside it.

Templates have the well-known structure of published models. Run: python templates.py
"""
import json
import pathlib
import jinja2
from transformers.utils.chat_template_utils import _compile_jinja_template

WEATHER = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "The weather of a town.",
        "parameters": {
            "type": "object",
            "properties": {
                "town": {"type": "string", "description": "Its name, e.g. \"Zürich\"."},
                "days": {"type": "integer"},
                "units": {"type": ["string", "null"]},
            },
            "required": ["town"],
        },
    },
}
HELLO = [{"role": "user", "content": " Hello, <|im_start|> wörld! 😀\n"}]
TURNS = HELLO + [
    {"role": "assistant", "content": "<think>\nhm\n</think>\n\nHi. "},
    {"role": "user", "content": "Who are you?\n\nSay it."},
]
SYSTEM = [{"role": "system", "content": "Be brief."}] + TURNS
CALLED = [
    {"role": "user", "content": "Weather in Bern?"},
    {
        "role": "assistant",
        "content": None,
        "tool_calls": [
            {
                "id": "abc123def",
                "type": "function",
                "function": {"name": "weather", "arguments": {"town": "Bern", "days": 2}},
            }
        ],
    },
    {"role": "tool", "tool_call_id": "abc123def", "content": "{\"sky\": \"clear\"}"},
]
SAID = [{**CALLED[1], "content": "Let me see."}]
PARTS = [{"role": "user", "content": [{"type": "text", "text": "In parts. "}, {"type": "text", "text": "Two"}]}]
CASES = {
    "hello": dict(messages=HELLO, add_generation_prompt=True),
    "turns": dict(messages=TURNS, add_generation_prompt=True),
    "whole": dict(messages=TURNS + [{"role": "assistant", "content": "Me."}], add_generation_prompt=False),
    "system": dict(messages=SYSTEM, add_generation_prompt=True),
    "tools": dict(messages=SYSTEM, tools=[WEATHER, WEATHER], add_generation_prompt=True),
    "called": dict(messages=CALLED, tools=[WEATHER], add_generation_prompt=True),
    "said": dict(messages=[CALLED[0]] + SAID + [CALLED[2], CALLED[2]], tools=[WEATHER], add_generation_prompt=True),
    "parts": dict(messages=PARTS, add_generation_prompt=True),
    "assistants": dict(messages=[{"role": "assistant", "content": "I"}, {"role": "assistant", "content": "II"}], add_generation_prompt=True),
}

folder = pathlib.Path(__file__).parent
results = {"cases": {}, "expected": {}}
for name, case in CASES.items():
    results["cases"][name] = {
        "bos_token": "<s>",
        "eos_token": "</s>",
        "date_string": "26 Jul 2024",
        "tools": None,
        **case,
    }
for file in sorted((folder / "templates").glob("*.jinja")):
    template = _compile_jinja_template(file.read_text())
    expected = results["expected"][file.stem] = {}
    for name, case in results["cases"].items():
        try:
            expected[name] = {"text": template.render(**case)}
        except jinja2.TemplateError as e:
            expected[name] = {"error": e.message}
        except TypeError as e:
            expected[name] = {"error": None}
(folder / "templates.json").write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
print(len(results["expected"]), "templates")
