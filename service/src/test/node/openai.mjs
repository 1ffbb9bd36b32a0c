// Uses the service as any program uses OpenAI, with another base URL: openai.mjs BASE_URL MODEL
import assert from 'node:assert/strict'
import OpenAI from 'openai'

const [baseURL, model] = process.argv.slice(2)
const client = new OpenAI({ baseURL, apiKey: 'none', maxRetries: 0 })

const models = await client.models.list()
assert.ok(models.data.some((each) => each.id === model))
assert.equal((await client.models.retrieve(model)).object, 'model')

const whole = await client.completions.create({ model, prompt: 'ab', max_tokens: 8, temperature: 0 })
assert.equal(whole.object, 'text_completion')
assert.equal(whole.choices[0].text, 'cdéfghi')
assert.equal(whole.choices[0].finish_reason, 'length')
assert.deepEqual(whole.usage, {
  prompt_tokens: 2, completion_tokens: 8, total_tokens: 10, prompt_tokens_details: { cached_tokens: 0 },
})

const stream = await client.completions.create({
  model, prompt: 'ab', temperature: 0, stop: ['gh'], stream: true,
  stream_options: { include_usage: true },
})
const pieces = []
let reason, usage
for await (const chunk of stream) {
  if (chunk.choices.length > 0) {
    pieces.push(chunk.choices[0].text)
    reason = chunk.choices[0].finish_reason ?? reason
  }
  usage = chunk.usage ?? usage
}
assert.equal(pieces.join(''), 'cdéf')
assert.ok(pieces.length > 3, 'pieces ' + JSON.stringify(pieces))
assert.equal(reason, 'stop')
assert.equal(usage.completion_tokens, 7)

const embeddings = await client.embeddings.create({ model, input: ['abc', 'ghi'] })
assert.equal(embeddings.data.length, 2)
assert.equal(embeddings.data[1].embedding.length, 24)
const floats = await client.embeddings.create({ model, input: 'abc', encoding_format: 'float' })
floats.data[0].embedding.forEach((x, i) =>
  assert.ok(Math.abs(x - embeddings.data[0].embedding[i]) < 1e-6))

// Scores of a prompt, as harnesses ask for them: nothing is generated.
const scored = await client.completions.create({
  model, prompt: [97, 98, 120], max_tokens: 0, echo: true, logprobs: 1,
})
const { tokens, token_logprobs, top_logprobs, text_offset } = scored.choices[0].logprobs
assert.equal(scored.choices[0].text, 'abx')
assert.deepEqual(tokens, ['a', 'b', 'x'])
assert.deepEqual(text_offset, [0, 1, 2])
assert.equal(token_logprobs[0], null)
assert.ok(token_logprobs[1] > -1 && token_logprobs[2] < -2)
assert.equal(top_logprobs[1].b, token_logprobs[1])

const biased = await client.completions.create({
  model, prompt: 'ab', max_tokens: 4, temperature: 0, logit_bias: { 120: 100 },
  presence_penalty: 0.5, frequency_penalty: 0.5, best_of: 2, n: 1, user: 'somebody',
})
assert.equal(biased.choices[0].text, 'xxxx')

const short = await client.embeddings.create({ model, input: 'abc', dimensions: 5 })
assert.equal(short.data[0].embedding.length, 5)
assert.ok(Math.abs(Math.hypot(...short.data[0].embedding) - 1) < 1e-6)

const chat = { model: 'talker', temperature: 0, messages: [{ role: 'user', content: 'ab' }] }
const answer = await client.chat.completions.create(chat)
assert.equal(answer.choices[0].message.content, 'cdéfgh')
assert.equal(answer.choices[0].finish_reason, 'stop')
let said = ''
for await (const chunk of await client.chat.completions.create({ ...chat, stream: true })) {
  said += chunk.choices[0]?.delta?.content ?? ''
}
assert.equal(said, 'cdéfgh')
const parsed = await client.chat.completions.parse({
  ...chat, max_tokens: 60, response_format: { type: 'json_schema', json_schema: {
    name: 'mood', strict: true, schema: { type: 'object', additionalProperties: false,
      properties: { mood: { enum: ['glad', 'sad'] } }, required: ['mood'] } } },
})
assert.ok(['glad', 'sad'].includes(parsed.choices[0].message.parsed.mood))
const called = await client.chat.completions.create({
  ...chat, max_tokens: 100, tool_choice: 'required',
  tools: [{ type: 'function', function: { name: 'noon', parameters: { type: 'object', properties: {} } } }],
})
assert.equal(called.choices[0].finish_reason, 'tool_calls')
assert.equal(called.choices[0].message.tool_calls[0].function.name, 'noon')
await assert.rejects(
  client.chat.completions.create({ ...chat, model }),
  (e) => e instanceof OpenAI.BadRequestError && e.message.includes('chat template'))
await assert.rejects(
  client.completions.create({ model, prompt: 'ab', suffix: 'z' }),
  (e) => e instanceof OpenAI.BadRequestError && e.param === 'suffix')
await assert.rejects(
  client.completions.create({ model: 'none', prompt: 'ab' }),
  (e) => e instanceof OpenAI.NotFoundError && e.code === 'model_not_found' && e.param === 'model')
await assert.rejects(
  client.completions.create({ model, prompt: 'ab', temperature: 9 }),
  (e) => e instanceof OpenAI.BadRequestError && e.param === 'temperature'
    && e.type === 'invalid_request_error')
console.log('the openai client is content')
