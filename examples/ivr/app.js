/*
 * A bakery's phone menu, as a web app for Twilio Programmable Voice would be written: the platform asks a URL for
 * TwiML, speaks it, and brings the caller's keys to the next URL. No dependencies; PORT chooses the port (0: a free one).
 */
import { createServer } from 'node:http'

const twiml = (verbs) => `<?xml version="1.0" encoding="UTF-8"?>\n<Response>${verbs}</Response>`

const routes = {
  '/voice': () =>
    twiml(`
      <Gather numDigits="1" action="/menu">
        <Say>Harbour Bakery. For opening hours, press 1. To order bread, press 2.</Say>
      </Gather>
      <Say>We did not hear a key. Goodbye.</Say>`),

  '/menu': ({ Digits }) => {
    if (Digits === '1') return twiml('<Say>We are open from seven to six.</Say><Redirect>/voice</Redirect>')
    if (Digits === '2') {
      return twiml(
        '<Gather action="/order" finishOnKey="#"><Say>How many loaves? Then press the hash key.</Say></Gather>',
      )
    }
    return twiml('<Say>There is no such choice.</Say><Redirect>/voice</Redirect>')
  },

  '/order': ({ Digits }) => twiml(`<Say>${Number(Digits)} loaves, ready at eight. Goodbye.</Say>`),

  '/status': () => '',
}

const server = createServer(async (request, response) => {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  const parameters = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()))
  const route = routes[new URL(request.url, 'http://app').pathname]
  if (!route) return response.writeHead(404).end()
  const body = route(parameters)
  if (body === '') return response.writeHead(204).end()
  response.writeHead(200, { 'content-type': 'text/xml' }).end(body)
})

server.listen(process.env.PORT ?? 3000, '127.0.0.1', () => {
  console.log(`The bakery answers at http://127.0.0.1:${server.address().port}/voice`)
})
