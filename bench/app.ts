/** The customer's app of the call benchmark, in a process of its own so that its CPU is not counted as ours. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const VOICE =
  '<?xml version="1.0" encoding="UTF-8"?><Response><Gather numDigits="1" action="/action"><Say>For sales, press 1.</Say></Gather></Response>'
const ACTION = '<?xml version="1.0" encoding="UTF-8"?><Response><Say>Thank you. Goodbye.</Say></Response>'

const server = createServer((request, response) => {
  request.resume()
  request.on('end', () => {
    if (request.url === '/status') return response.writeHead(204).end()
    response.writeHead(200, { 'content-type': 'text/xml' }).end(request.url === '/voice' ? VOICE : ACTION)
  })
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
process.on('disconnect', () => process.exit())
