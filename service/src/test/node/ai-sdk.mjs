// Uses the service by Vercel's AI SDK: ai-sdk.mjs BASE_URL MODEL
import assert from 'node:assert/strict'
import { embed, embedMany, generateText, streamText } from 'ai'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'

const [baseURL, model] = process.argv.slice(2)
const fathom = createOpenAICompatible({ name: 'fathom', baseURL, includeUsage: true })

const options = { maxRetries: 0, temperature: 0, maxOutputTokens: 5 }
// The SDK writes a prompt as a dialogue, "user:" and so on, which takes some context.
const dialogue = fathom.completionModel('dialogue')
const whole = await generateText({
  model: dialogue, prompt: 'ab', ...options, presencePenalty: 0.5, frequencyPenalty: 0.5, seed: 7,
})
assert.equal(whole.finishReason, 'length')
assert.equal(whole.usage.outputTokens, 5)
assert.ok(whole.text.length > 0)

const stream = streamText({ model: dialogue, prompt: 'ab', ...options })
let text = ''
for await (const piece of stream.textStream) {
  text += piece
}
assert.ok(text.length > 0)
assert.equal((await stream.usage).outputTokens, 5)
assert.equal(await stream.finishReason, 'length')

const embedding = fathom.embeddingModel(model)
const one = await embed({ model: embedding, value: 'abc' })
assert.equal(one.embedding.length, 24)
const many = await embedMany({
  model: embedding, values: ['abc', 'ghi'], providerOptions: { fathom: { dimensions: 5 } },
})
assert.deepEqual(many.embeddings.map((each) => each.length), [5, 5])

const answer = await generateText({
  model: fathom.chatModel('talker'), prompt: 'ab', temperature: 0, maxRetries: 0,
})
assert.equal(answer.text, 'cdéfgh')
await assert.rejects(
  generateText({ model: fathom.chatModel(model), prompt: 'ab', maxRetries: 0 }),
  (e) => e.statusCode === 400 && e.message.includes('chat template'))
await assert.rejects(
  generateText({ model: fathom.completionModel(model), prompt: 'ab', maxRetries: 0 }),
  (e) => e.statusCode === 400 && e.message.includes('the context of'))
await assert.rejects(
  generateText({ model: dialogue, prompt: 'ab', temperature: 9, maxRetries: 0 }),
  (e) => e.statusCode === 400 && e.message.includes("'temperature'"))
console.log('the AI SDK is content')
