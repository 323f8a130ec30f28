/*
 * Stands in for Segment's HTTP API: takes batches at /v1/batch and checks what Segment checks (the write key is there, sizes,
 * someone to attribute each call to), then prints the track calls. No dependencies; PORT chooses the port.
 */
import { createServer } from 'node:http'

const { PORT = '3001' } = process.env
const REQUEST_BYTES_MAX = 500 * 1024
const EVENT_BYTES_MAX = 32 * 1024

/** Why Segment would not take it; null when it would. */
function refusal(request, body) {
  const [scheme, credentials = ''] = (request.headers.authorization ?? '').split(' ')
  const [writeKey, password] = Buffer.from(credentials, 'base64').toString().split(':')
  if (scheme !== 'Basic' || !writeKey || password !== '') return [401, 'the write key, as user name without password']
  if (body.length > REQUEST_BYTES_MAX) return [400, 'at most 500 KB a request']
  const { batch } = JSON.parse(body)
  if (batch.some((call) => Buffer.byteLength(JSON.stringify(call)) > EVENT_BYTES_MAX))
    return [400, 'at most 32 KB a call']
  if (batch.some(({ type, event }) => type !== 'track' || !event)) return [400, 'track calls with an event']
  if (batch.some(({ userId, anonymousId }) => !userId && !anonymousId)) return [400, 'a userId or anonymousId']
  return null
}

const server = createServer(async (request, response) => {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  const body = Buffer.concat(chunks)
  if (request.url !== '/v1/batch') return response.writeHead(404).end()
  const [status, wanted] = refusal(request, body) ?? [200]
  if (wanted) {
    console.log(`refused: expected ${wanted}`)
    return response.writeHead(status).end(JSON.stringify({ success: false, wanted }))
  }
  for (const { event, anonymousId } of JSON.parse(body).batch) console.log(`${event}  ${anonymousId}`)
  response.writeHead(200, { 'content-type': 'application/json' }).end('{"success": true}')
})

server.listen(Number(PORT), '127.0.0.1', () =>
  console.log(`Track calls are taken at http://127.0.0.1:${PORT}/v1/batch`),
)
