/** The customer's app of the measurement, in a process of its own: what happens is in the last three digits of the number. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { noise, toWav } from '../media-source.ts'

const SOUND_SEC = 30
const sound = toWav(noise(SOUND_SEC, 1))

const server = createServer((request, response) => {
  if (request.url === '/sound.wav') {
    response.writeHead(200, { 'content-type': 'audio/wav' }).end(sound)
    return
  }
  let form = ''
  request.on('data', (chunk) => (form += chunk))
  request.on('end', () => {
    const number = new URLSearchParams(form).get('To') ?? ''
    response.writeHead(200, { 'content-type': 'text/xml' }).end(`<Response>${document(number.slice(-3))}</Response>`)
  })
})

function document(kind: string): string {
  const { port } = server.address() as AddressInfo
  if (kind === '500') return `<Play loop="0">http://127.0.0.1:${port}/sound.wav</Play>`
  if (kind === '600') return '<Dial><Conference beep="false" waitUrl="">bench</Conference></Dial>'
  if (kind === '700') return '<Record maxLength="600" timeout="600" playBeep="false" trim="do-not-trim"/>'
  return '<Gather timeout="600"/>'
}

server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
process.on('disconnect', () => process.exit())
