/** The official Python client, from Debian, against the same server: place, fetch, list, events, refusals, signatures. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { journey } from '../kit/journey.ts'

test('the official Python client drives a call and accepts its signatures', async (t) => {
  const { ringback, app } = await journey(t, { '/voice': () => '<Say>Hello</Say>', '/status': () => ({ status: 204 }) })
  const args = [
    join(import.meta.dirname, 'python-client.py'),
    ringback.url,
    ringback.accountSid,
    ringback.authToken,
    app.url,
  ]
  const python = spawn('/usr/bin/python3', args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const printed = text(python.stdout)
  // One request for the document and four callbacks; the client then checks their signatures.
  await app.requested('/status', 4)
  for (const { target, parameters, headers } of app.requests) {
    python.stdin.write(
      `${JSON.stringify({ url: app.url + target, parameters, signature: headers['x-twilio-signature'] })}\n`,
    )
  }
  python.stdin.end()
  const seen = JSON.parse(await printed) as Record<string, unknown>
  assert.deepEqual(seen, {
    created: ['queued', 'outbound-api', null],
    fetched: ['completed', '0', (seen.fetched as string[])[2]],
    sid: seen.sid,
    listed: [seen.sid],
    events: [201, 204, 204, 204, 200, 204],
    refused: [400, 21220],
    signed: [true, true, true, true, true],
    left: 0,
  })
})
