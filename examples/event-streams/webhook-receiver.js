/*
 * An endpoint for a webhook sink: verifies each delivery and prints its events. No dependencies; PORT chooses the port,
 * AUTH_TOKEN is the account's. Your own code would verify with the official library: docs/verify-signatures.md.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'

const { PORT = '3000', AUTH_TOKEN = '' } = process.env
const ORIGIN = `http://127.0.0.1:${PORT}`

const isEqual = (a, b) => a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))

/** The signature covers the URL, the URL has the hash of the body. */
function isSigned(request, body) {
  const url = ORIGIN + request.url
  const signature = createHmac('sha1', AUTH_TOKEN).update(url).digest('base64')
  const hash = createHash('sha256').update(body).digest('hex')
  return (
    isEqual(String(request.headers['x-twilio-signature']), signature) &&
    isEqual(new URL(url).searchParams.get('bodySHA256') ?? '', hash)
  )
}

const server = createServer(async (request, response) => {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  const body = Buffer.concat(chunks)
  if (!isSigned(request, body)) return response.writeHead(403).end()
  for (const { type, data } of JSON.parse(body)) console.log(`${type}  ${data.sid ?? data.test_id}`)
  response.writeHead(200).end()
})

server.listen(Number(PORT), '127.0.0.1', () => console.log(`Events are taken at ${ORIGIN}/events`))
