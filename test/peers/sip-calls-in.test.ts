/** Real phones call numbers of ours: what they are played, what they press and say, and every way in which a call ends. */
import assert from 'node:assert/strict'
import { after, before, describe, type TestContext, test } from 'node:test'
import { renderKeys } from '../../src/wire/codec/dtmf.ts'
import { encodeUlaw } from '../../src/wire/codec/g711.ts'
import { type PhoneOptions, startPhone } from '../kit/baresip.ts'
import type { Handler } from '../kit/customer-app.ts'
import { recordedBytes } from '../kit/recordings.ts'
import { CA_FILE, pass, type SipPlatform, startSipPlatform, TRANSPORTS } from '../kit/sip-platform.ts'
import { act, pause, receive, request, response, scenario, sdp, send, startSipp } from '../kit/sipp.ts'
import { lengthMs, toneMs } from '../kit/sox.ts'

let platform: SipPlatform
before(async () => {
  platform = await startSipPlatform()
})
after(() => platform.stop())

/** The app's answer to the next call, and the request that asks for it. */
function voice(handler: Handler): Promise<{ readonly parameters: Readonly<Record<string, string>> }> {
  const { app } = platform
  app.route('/voice', handler)
  return app.requested('/voice', app.to('/voice').length + 1)
}

const next = (path: string) => platform.app.requested(path, platform.app.to(path).length + 1)

const number = (transport: PhoneOptions['transport'] = 'udp') =>
  `sip:${platform.ringback.number.slice(1)}@${platform.at[transport]}`

const aPhone = (t: TestContext, more: Partial<PhoneOptions> = {}) => {
  const transport = more.transport ?? 'udp'
  const server = platform.at[transport]
  return startPhone(t, { user: 'alice', transport, server, caFile: CA_FILE, hz: 440, ...more })
}

const KINDS: readonly Partial<PhoneOptions>[] = [
  ...TRANSPORTS.map((transport) => ({ transport })),
  ...TRANSPORTS.map((transport) => ({ transport, keys: 'tones' as const })),
  { transport: 'udp', codec: 'pcma' },
  { transport: 'tls', encryption: 'srtp' },
]
describe('side by side', { concurrency: 3 }, () => {
  // Each phone has documents of its own, by the user in its address.
  const userOf = (address = '') => /^sip:([\w-]+)@/.exec(address)?.[1]
  before(() => {
    void voice(
      ({ parameters }) =>
        `<Gather numDigits="3" action="/${userOf(parameters.From)}/keys" timeout="10"><Play>/tone.wav</Play></Gather>`,
    )
  })
  for (const kind of KINDS)
    test(`prompt, keys both ways and a message: ${Object.values(kind).join(', ')}`, async (t) => {
      const { app, ringback } = platform
      const user = Object.values(kind).join('-')
      app.route(`/${user}/keys`, () => '<Record action="recorded" maxLength="2" playBeep="false" trim="do-not-trim"/>')
      app.route(`/${user}/recorded`, () => '<Play digits="42#"/><Hangup/>')
      const [pressed, recorded] = [app.requested(`/${user}/keys`), app.requested(`/${user}/recorded`)]
      const phone = await aPhone(t, { ...kind, user })
      await phone.dial(number(kind.transport))
      await phone.event('CALL_RTPESTAB')
      await phone.hear(1000)
      await phone.press('123')
      const { parameters } = await pressed
      assert.equal(parameters.Digits, '123')
      assert.equal(parameters.To, ringback.number)
      assert.equal(parameters.Direction, 'inbound')
      assert.equal(
        app.to('/voice').find(({ parameters: { From } }) => userOf(From) === user)?.parameters.SipSourceIp,
        '127.0.0.1',
      )
      const { RecordingSid } = (await recorded).parameters
      await phone.event('CALL_CLOSED')
      assert.equal(await phone.keysHeard(), '42#')
      assert.equal(await ringback.over(parameters.CallSid!), 'completed')
      const prompt = (await toneMs(await phone.recording(), 1000))[1000]
      assert.ok(prompt >= 800 && prompt <= 4000, `${prompt} ms of the prompt`)
      const message = await recordedBytes(ringback, RecordingSid!)
      const tone = (await toneMs(message, 440))[440]
      const whole = await lengthMs(message)
      assert.ok(tone >= 1700 && whole <= 2100, `${tone} ms of tone in ${whole} ms`)
    })
})

test('the phone hangs up: the call is completed and the app is told how long it was', async (t) => {
  const asked = voice(() => '<Gather timeout="60"/>')
  const told = next('/over')
  const alice = await aPhone(t)
  await alice.dial(number())
  const { CallSid } = (await asked).parameters
  await alice.event('CALL_ESTABLISHED')
  await pass(1200)
  await alice.hangUp()
  assert.equal(await platform.ringback.over(CallSid!), 'completed')
  const { parameters } = await told
  assert.equal(parameters.CallStatus, 'completed')
  assert.ok(['1', '2', '3'].includes(parameters.CallDuration!), parameters.CallDuration)
})

for (const [twiml, line] of [
  ['<Reject/>', /^404/],
  ['<Reject reason="busy"/>', /^486/],
] as const)
  test(`${twiml} is told to the phone`, async (t) => {
    void voice(() => twiml)
    const alice = await aPhone(t)
    await alice.dial(number())
    assert.match((await alice.event('CALL_CLOSED')).param ?? '', line)
    assert.deepEqual(alice.events('CALL_ESTABLISHED'), [])
  })

test('a number that nobody has is not found', async (t) => {
  const alice = await aPhone(t)
  await alice.dial(`sip:15005559999@${platform.at.udp}`)
  assert.match((await alice.event('CALL_CLOSED')).param ?? '', /^404/)
})

test('the phone gives up while it rings', async (t) => {
  const asked = voice(() => '<Pause length="60"/>')
  const alice = await aPhone(t)
  await alice.dial(number())
  const { CallSid } = (await asked).parameters
  await alice.event('CALL_RINGING')
  await alice.hangUp()
  assert.equal(await platform.ringback.over(CallSid!), 'no-answer')
})

const caller = (body: string, talk: readonly string[], more = '') =>
  scenario(
    send(request('INVITE', { body, more }), 'retrans="500"'),
    receive('100', 'optional="true"'),
    receive('180', 'optional="true"'),
    receive('200', 'rrs="true"'),
    send(request('ACK')),
    ...talk,
    receive('BYE'),
    send(response('200 OK', { begins: false })),
  )

test('a caller without telephone-events is heard to press keys by their tones', async (t) => {
  platform.app.route('/keys', () => '<Hangup/>')
  void voice(() => '<Gather numDigits="6" action="/keys" timeout="10"/>')
  const pressed = next('/keys')
  const keys = Uint8Array.from(renderKeys('1234*0'), encodeUlaw)
  const sipp = await startSipp(t, {
    server: platform.at.udp,
    to: platform.ringback.number,
    scenario: caller(sdp(), [act('<exec rtp_stream="keys.ulaw,1,0"/>')]),
    files: { 'keys.ulaw': Buffer.concat([Buffer.alloc(4000, 0xff), keys, Buffer.alloc(8000, 0xff)]) },
  })
  assert.equal((await pressed).parameters.Digits, '1234*0')
  await sipp.done()
})

test('keys in INFO are keys, and X- header fields reach the app', async (t) => {
  platform.app.route('/keys', () => '<Hangup/>')
  const asked = voice(() => '<Gather numDigits="2" action="/keys" timeout="10"/>')
  const pressed = next('/keys')
  const info = (cseq: number, key: string) => [
    send(
      request('INFO', { cseq, type: 'application/dtmf-relay', body: `Signal=${key}\nDuration=160` }),
      'retrans="500"',
    ),
    receive('200'),
  ]
  const sipp = await startSipp(t, {
    server: platform.at.tcp,
    transport: 'tcp',
    to: platform.ringback.number,
    scenario: caller(
      sdp(),
      [pause(300), ...info(2, '7'), ...info(3, '#')],
      'X-Account: 4711\nUser-to-User: 56a390;encoding=hex',
    ),
  })
  const { parameters } = await asked
  assert.equal(parameters['SipHeader_X-Account'], '4711')
  assert.equal(parameters['SipHeader_User-to-User'], '56a390;encoding=hex')
  assert.ok(parameters.SipCallId)
  assert.equal((await pressed).parameters.Digits, '7')
  await sipp.done()
})

test('where no transfer is asked for it is refused, and the call goes on', async (t) => {
  const { at, ringback } = platform
  platform.app.route('/keys', () => '<Hangup/>')
  void voice(() => '<Gather numDigits="1" action="/keys" timeout="20"/>')
  const pressed = next('/keys')
  const sipp = await startSipp(t, {
    server: at.tcp,
    transport: 'tcp',
    to: ringback.number,
    scenario: caller(sdp(), [
      send(request('REFER', { cseq: 2, more: 'Refer-To: <sip:carol@desk.example>' })),
      receive('603'),
      send(request('INFO', { cseq: 3, type: 'application/dtmf-relay', body: 'Signal=5\nDuration=160' })),
      receive('200'),
    ]),
  })
  assert.equal((await pressed).parameters.Digits, '5')
  await sipp.done()
})
