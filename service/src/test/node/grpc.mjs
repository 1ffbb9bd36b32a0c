// Uses the service by gRPC's own client for Node, with no code of Fathom's: grpc.mjs ADDRESS PROTO
// Its model 'leaves' takes two numbers and tells oaks from elms.
import assert from 'node:assert/strict'
import { promisify } from 'node:util'
import grpc from '@grpc/grpc-js'
import loader from '@grpc/proto-loader'

const [address, proto] = process.argv.slice(2)
const { inference } = grpc.loadPackageDefinition(loader.loadSync(proto, { keepCase: true, longs: Number }))
const client = new inference.GRPCInferenceService(address, grpc.credentials.createInsecure())
const call = (method, request) => promisify(client[method]).call(client, request)

assert.equal((await call('ServerLive', {})).live, true)
assert.equal((await call('ServerReady', {})).ready, true)
assert.equal((await call('ServerMetadata', {})).name, 'fathom')
assert.equal((await call('ModelReady', { name: 'leaves' })).ready, true)
const described = await call('ModelMetadata', { name: 'leaves' })
assert.deepEqual(described.inputs[0].shape, [-1, 2])

const tensor = { name: 'features', datatype: 'FP32', shape: [2, 2] }
const values = [2.02, 1.27, 5.42, 0.75]
const typed = await call('ModelInfer', {
  model_name: 'leaves', id: '7',
  inputs: [{ ...tensor, contents: { fp32_contents: values } }],
  outputs: [{ name: 'probabilities' }],
})
assert.equal(typed.id, '7')
const probabilities = typed.outputs[0].contents.fp32_contents
assert.ok(probabilities[1] > 0.9 && probabilities[2] > 0.9, String(probabilities))
assert.deepEqual(JSON.parse(typed.outputs[0].parameters.labels.string_param), ['elm', 'oak'])

const raw = await call('ModelInfer', {
  model_name: 'leaves', inputs: [tensor],
  raw_input_contents: [Buffer.from(new Float32Array(values).buffer)],
})
const bytes = raw.raw_output_contents[0]
probabilities.forEach((value, i) => assert.equal(bytes.readFloatLE(4 * i), value))

const best = await call('ModelInfer', {
  model_name: 'leaves', inputs: [{ ...tensor, contents: { fp32_contents: values } }],
  outputs: [{ name: 'probabilities', parameters: { classification: { int64_param: 1 } } }],
})
assert.match(best.outputs[0].contents.bytes_contents[0].toString(), /:1:oak$/)

await assert.rejects(call('ModelInfer', { model_name: 'none' }), { code: grpc.status.NOT_FOUND })
await assert.rejects(
  call('ModelInfer', { model_name: 'leaves', inputs: [{ ...tensor, contents: { fp32_contents: [1] } }] }),
  { code: grpc.status.INVALID_ARGUMENT, details: /expected 4 values in 'fp32_contents'/ })
client.close()
console.log('grpc-js is content')
