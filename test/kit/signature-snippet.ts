/** Runs a snippet of docs/verify-signatures.md as the endpoint of a sink, and tries it with good and bad requests. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import twilio from 'twilio'
import { freePort } from './free-port.ts'
import { journey } from './journey.ts'

export async function trySnippet(t: TestContext, program: string, args: readonly string[]): Promise<void> {
  const { ringback, client, app } = await journey(t, { '/status': () => ({ status: 204 }) })
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const child = spawn(program, args, {
    cwd: join(import.meta.dirname, '../..'),
    env: { PATH: process.env.PATH, AUTH_TOKEN: ringback.authToken, SINK_ORIGIN: origin, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  t.after(() => child.kill('SIGKILL'))
  let output = ''
  const printed = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => output.includes(text) && resolve()
      child.stdout.on('data', look)
      child.once('exit', () => reject(new Error(`it ended before it said ${text}:\n${output}`)))
      look()
    })
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => (output += chunk))
  await printed('listening')

  const sink = await client.events.v1.sinks.create({
    description: 'verified',
    sinkType: 'webhook',
    sinkConfiguration: { destination: `${origin}/events?team=voice&x=%C3%A9`, method: 'POST' },
  })
  const types = ['api-request.call.created', 'status-callback.call.completed'].map((type) => `com.twilio.voice.${type}`)
  await client.events.v1.subscriptions.create({
    description: 'verified',
    sinkSid: sink.sid,
    types: types.map((type) => ({ type })),
  })
  await client.calls.create({
    to: '+15005550101',
    from: ringback.number,
    twiml: '<Response/>',
    statusCallback: `${app.url}/status`,
  })
  for (const type of types) await printed(type)

  const body = '[{"id": "EZ1", "type": "é"}]'
  const target = `/events?bodySHA256=${twilio.getExpectedBodyHash(body)}`
  const sign = (url: string, token = ringback.authToken) => twilio.getExpectedTwilioSignature(token, origin + url, {})
  const post = async (url: string, signature: string | null, text: string) => {
    const headers = {
      'content-type': 'application/json',
      ...(signature !== null && { 'x-twilio-signature': signature }),
    }
    return (await fetch(origin + url, { method: 'POST', headers, body: text })).status
  }
  assert.equal(await post(target, sign(target), body), 204)
  for (const [what, url, signature, text] of [
    ['another body', target, sign(target), body.replace('EZ1', 'EZ2')],
    ['another query', `${target}&a=1`, sign(target), body],
    ['another path', target.replace('events', 'event'), sign(target), body],
    ['another token', target, sign(target, 'x'.repeat(32)), body],
    ['no signature', target, null, body],
    ['no hash', '/events', sign('/events'), body],
  ] as const) {
    assert.equal(await post(url, signature, text), 403, what)
  }
}
