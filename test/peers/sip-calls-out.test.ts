/** Calls that an app places: to a phone that rings, and to parties that do whatever a SIP party may do instead of picking up. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, type TestContext, test } from 'node:test'
import type { CallInstance } from 'twilio/lib/rest/api/v2010/account/call.js'
import { startPhone } from '../kit/baresip.ts'
import { addDomain, CA_FILE, PASSWORD, type SipPlatform, startSipPlatform, TRANSPORTS } from '../kit/sip-platform.ts'
import { pause, receive, response, scenario, sdp, send, startSipp } from '../kit/sipp.ts'
import { toneMs } from '../kit/sox.ts'

const DOMAIN = 'desk.example'

let platform: SipPlatform
before(async () => {
  platform = await startSipPlatform({
    '/voice': () => '<Play>/tone.wav</Play>',
    '/end': () => '<Hangup/>',
    '/status': () => ({ status: 204 }),
  })
  await addDomain(
    platform,
    DOMAIN,
    PHONES.map(({ user }) => user),
  )
})
after(() => platform.stop())

const call = (to: string, more: object = {}): Promise<CallInstance> => {
  const { client, app } = platform
  return client.calls.create({
    to,
    from: 'office',
    url: `${app.url}/end`,
    statusCallback: `${app.url}/status`,
    statusCallbackEvent: ['initiated', 'ringing', 'answered', 'completed'],
    ...more,
  })
}

/** Status callbacks of a call that is over, in their order: `completed 200`. */
async function told(sid: string): Promise<string[]> {
  await platform.ringback.over(sid)
  return platform.app
    .to('/status')
    .map(({ parameters }) => parameters)
    .filter(({ CallSid }) => CallSid === sid)
    .toSorted((a, b) => Number(a.SequenceNumber) - Number(b.SequenceNumber))
    .map(({ CallStatus, SipResponseCode }) => `${CallStatus} ${SipResponseCode ?? ''}`.trim())
}

const PHONES = TRANSPORTS.flatMap((transport) => [
  { user: transport, transport },
  { user: `${transport}-tones`, transport, keys: 'tones' as const },
])

describe('side by side', { concurrency: 3 }, () => {
  for (const { user, transport, keys } of PHONES)
    test(`a registered phone rings over ${transport}, is answered, and is pressed keys: ${keys ?? 'events'}`, async (t) => {
      const desk = await startPhone(t, {
        user,
        domain: DOMAIN,
        server: platform.at[transport],
        transport,
        password: PASSWORD,
        caFile: CA_FILE,
        ...(keys && { keys }),
      })
      await desk.event('REGISTER_OK')
      const { sid } = await call(`sip:${user}@${DOMAIN}`, { url: `${platform.app.url}/voice`, sendDigits: '1w2' })
      await desk.event('CALL_INCOMING')
      await desk.answer()
      await desk.event('CALL_RTPESTAB')
      await desk.hear(1500)
      await desk.hangUp()
      assert.deepEqual(await told(sid), ['initiated', 'ringing', 'in-progress', 'completed 200'])
      assert.equal(await desk.keysHeard(), '12')
      assert.ok((await toneMs(await desk.recording(), 1000))[1000] >= 700)
    })
})

test('a phone declines, and an address where none is registered is not reached', async (t) => {
  const desk = await startPhone(t, {
    user: 'udp',
    domain: DOMAIN,
    server: platform.at.udp,
    transport: 'udp',
    password: PASSWORD,
  })
  await desk.event('REGISTER_OK')
  const declined = await call(`sip:udp@${DOMAIN}`)
  await desk.event('CALL_INCOMING')
  await desk.hangUp()
  assert.deepEqual(await told(declined.sid), ['initiated', 'ringing', 'busy 486'])
  await desk.quit()
  const nobody = await call(`sip:udp@${DOMAIN}`)
  assert.deepEqual(await told(nobody.sid), ['initiated', 'no-answer 480'])
})

async function isTold(sid: string, status: string): Promise<void> {
  for (let times = 1; ; times++) {
    const { parameters } = await platform.app.requested('/status', times)
    if (parameters.CallSid === sid && parameters.CallStatus === status) return
  }
}

const refuses = (line: string) => scenario(receive('INVITE'), send(response(line), 'retrans="500"'), receive('ACK'))
const answers = (more = '') => [
  send(response('180 Ringing')),
  send(response('200 OK', { body: sdp(), more }), 'retrans="500"'),
  receive('ACK'),
  receive('BYE'),
  send(response('200 OK', { begins: false })),
]
const server = (t: TestContext, xml: string, transport: 'udp' | 'tcp' = 'udp') =>
  startSipp(t, { scenario: xml, transport })

for (const [line, status] of [
  ['486 Busy Here', 'busy'],
  ['600 Busy Everywhere', 'busy'],
  ['603 Decline', 'busy'],
  ['480 Temporarily Unavailable', 'no-answer'],
  ['404 Not Found', 'failed'],
  ['488 Not Acceptable Here', 'failed'],
  ['503 Service Unavailable', 'failed'],
] as const)
  test(`${line} makes the call ${status}`, async (t) => {
    const sipp = await server(t, refuses(line))
    const { sid } = await call(`sip:bob@${sipp.at}`)
    assert.deepEqual(await told(sid), ['initiated', `${status} ${line.slice(0, 3)}`])
    await sipp.done()
  })

const rings = scenario(
  receive('INVITE'),
  send(response('180 Ringing')),
  receive('CANCEL'),
  send(response('200 OK')),
  send(response('487 Request Terminated').replace('[last_CSeq:]', 'CSeq: [cseq] INVITE'), 'retrans="500"'),
  receive('ACK'),
)

test('nobody picks up: the INVITE is cancelled', async (t) => {
  const sipp = await server(t, rings)
  const { sid } = await call(`sip:bob@${sipp.at}`, { timeout: 2 })
  assert.deepEqual(await told(sid), ['initiated', 'ringing', 'no-answer 487'])
  await sipp.done()
})

test('a call is cancelled by REST while it rings', async (t) => {
  const sipp = await server(t, rings)
  const { sid } = await call(`sip:bob@${sipp.at}`)
  await isTold(sid, 'ringing')
  await platform.client.calls(sid).update({ status: 'canceled' })
  assert.deepEqual(await told(sid), ['initiated', 'ringing', 'canceled 487'])
  await sipp.done()
})

test('a redirection is followed', async (t) => {
  const target = await server(t, scenario(receive('INVITE'), ...answers()))
  const first = await server(
    t,
    scenario(
      receive('INVITE'),
      send(
        response('302 Moved Temporarily').replace(/^Contact:.*$/m, `Contact: <sip:carol@${target.at}>`),
        'retrans="500"',
      ),
      receive('ACK'),
    ),
  )
  const { sid } = await call(`sip:bob@${first.at}`)
  assert.deepEqual(await told(sid), ['initiated', 'ringing', 'in-progress', 'completed 200'])
  await first.done()
  assert.match(await target.done(), /^INVITE sip:carol@/m)
})

const CHALLENGE = 'Digest realm="carrier", nonce="5f1c", algorithm=MD5, qop="auth"'

const asks = scenario(
  receive('INVITE'),
  send(response('401 Unauthorized', { more: `WWW-Authenticate: ${CHALLENGE}` }), 'retrans="500"'),
  receive('ACK'),
  receive('INVITE', '', `<verifyauth assign_to="valid" username="office" password="${PASSWORD}"/>`),
  '<nop hide="true" test="valid" next="good"/>',
  send(response('403 Forbidden'), 'retrans="500"'),
  '<recv request="ACK" next="end"/>',
  '<label id="good"/>',
  ...answers(),
  '<label id="end"/>',
)

for (const [sipAuthPassword, outcome] of [
  [PASSWORD, ['initiated', 'ringing', 'in-progress', 'completed 200']],
  ['Wrong-Horse-1', ['initiated', 'failed 403']],
] as const)
  test(`who the caller is can be asked for: ${outcome.at(-1)}`, async (t) => {
    const sipp = await server(t, asks)
    const { sid } = await call(`sip:bob@${sipp.at}`, { sipAuthUsername: 'office', sipAuthPassword })
    assert.deepEqual(await told(sid), outcome)
    await sipp.done()
  })

test('a proxy asks for it too', async (t) => {
  const sipp = await server(
    t,
    scenario(
      receive('INVITE'),
      send(
        response('407 Proxy Authentication Required', { more: `Proxy-Authenticate: ${CHALLENGE}` }),
        'retrans="500"',
      ),
      receive('ACK'),
      receive('INVITE'),
      ...answers(),
    ),
  )
  const { sid } = await call(`sip:bob@${sipp.at}`, { sipAuthUsername: 'office', sipAuthPassword: PASSWORD })
  assert.deepEqual(await told(sid), ['initiated', 'ringing', 'in-progress', 'completed 200'])
  const field = /^Proxy-Authorization: (.*)$/m.exec(await sipp.done())?.[1] ?? ''
  const of = (name: string) => new RegExp(`${name}="?([^",]+)`).exec(field)?.[1] ?? ''
  const md5 = (...parts: string[]) => createHash('md5').update(parts.join(':')).digest('hex')
  const [ours, theirs] = [md5('office', 'carrier', PASSWORD), md5('INVITE', of('uri'))]
  assert.equal(of('response'), md5(ours, '5f1c', of('nc'), of('cnonce'), 'auth', theirs), field)
})

for (const transport of ['udp', 'tcp'] as const)
  test(`header fields go both ways over ${transport}`, async (t) => {
    const { app } = platform
    const sipp = await server(t, scenario(receive('INVITE'), ...answers('X-Desk: 12')), transport)
    const asked = app.requested('/end', app.to('/end').length + 1)
    const { sid } = await call(`sip:bob@${sipp.at};transport=${transport}?X-Order=7&X-Name=Ada%20L`)
    assert.equal((await asked).parameters['SipHeader_X-Desk'], '12')
    assert.deepEqual(await told(sid), ['initiated', 'ringing', 'in-progress', 'completed 200'])
    const messages = await sipp.done()
    assert.match(messages, /^X-Order: 7\r?$/m)
    assert.match(messages, /^X-Name: Ada L\r?$/m)
    assert.match(messages, new RegExp(`^X-Twilio-CallSid: ${sid}\\r?$`, 'm'))
    assert.match(messages, /^From: <sip:office@127\.0\.0\.1>;tag=/m)
  })

test('a party that never says anything is given up on', async (t) => {
  const sipp = await server(t, scenario(receive('INVITE'), pause(3000)))
  const { sid } = await call(`sip:bob@${sipp.at}`, { timeout: 1 })
  assert.equal((await told(sid)).at(-1)?.split(' ')[0], 'no-answer')
})
