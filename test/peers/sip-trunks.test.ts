/** A provider as a trunk: numbers go out by it and come in from it; where SIP is not open, nobody else calls. */
import assert from 'node:assert/strict'
import { after, before, type TestContext, test } from 'node:test'
import { PASSWORD, pass, type SipPlatform, startSipPlatform } from '../kit/sip-platform.ts'
import { receive, request, response, scenario, sdp, send, startSipp } from '../kit/sipp.ts'

/** Of the discard service, which nobody runs: no other test can have taken it meanwhile. */
const NOBODY = '127.0.0.1:9'

let platform: SipPlatform
before(async () => {
  platform = await startSipPlatform({ '/voice': () => '<Hangup/>' }, { sipOpen: false })
})
after(() => platform.stop())

const set = (name: string, body: object) => platform.ringback.ask('PUT', `/Trunks/${name}`, body)
const remove = (name: string) => platform.ringback.ask('DELETE', `/Trunks/${name}`)
const target = (at: string, priority = 0, transport = 'udp') => {
  const [host, port] = at.split(':')
  return { host, port: Number(port), transport, priority }
}
const dial = async (to: string) => {
  const { client, ringback } = platform
  const { sid } = await client.calls.create({ to, from: ringback.number, twiml: '<Response><Hangup/></Response>' })
  return ringback.over(sid)
}
const answers = [
  receive('INVITE'),
  send(response('180 Ringing')),
  send(response('200 OK', { body: sdp() }), 'retrans="500"'),
  receive('ACK'),
  receive('BYE'),
  send(response('200 OK', { begins: false })),
]
const provider = (t: TestContext, ...steps: string[]) => startSipp(t, { scenario: scenario(...steps) })

test('a number goes by the trunk that has its prefix, written as the provider wants it', async (t) => {
  const [german, world] = [await provider(t, ...answers), await provider(t, ...answers)]
  await set('german', {
    targets: [target(german.at)],
    prefixes: ['+49'],
    numberFormat: 'no-plus',
    callerId: '+4930111',
  })
  await set('world', { targets: [target(world.at)], prefixes: ['+'], numberFormat: { plusBecomes: '00' } })
  assert.equal(await dial('+4930123456'), 'completed')
  assert.equal(await dial('+33123456789'), 'completed')
  const messages = await german.done()
  assert.match(messages, /^INVITE sip:4930123456@/m)
  assert.match(messages, /^From: <sip:(\+|%2B)?4930111@127\.0\.0\.1>/m)
  assert.match(await world.done(), /^INVITE sip:0033123456789@/m)
  await remove('german')
  await remove('world')
})

test('the next server is tried when one cannot be reached, and when one is overloaded', async (t) => {
  const [full, free] = [
    await provider(t, receive('INVITE'), send(response('503 Service Unavailable'), 'retrans="500"'), receive('ACK')),
    await provider(t, ...answers),
  ]
  await set('carrier', { targets: [target(NOBODY, 0, 'tcp'), target(full.at, 1), target(free.at, 2)] })
  assert.equal(await dial('+4930123456'), 'completed')
  await full.done()
  await free.done()
  await remove('carrier')
})

test('it asks who we are, and is told', async (t) => {
  const carrier = await provider(
    t,
    receive('INVITE'),
    send(
      response('401 Unauthorized', { more: 'WWW-Authenticate: Digest realm="carrier", nonce="77", algorithm=MD5' }),
      'retrans="500"',
    ),
    receive('ACK'),
    receive('INVITE', '', `<verifyauth assign_to="valid" username="4930" password="${PASSWORD}"/>`),
    '<nop hide="true" test="valid" next="good"/>',
    send(response('403 Forbidden'), 'retrans="500"'),
    '<recv request="ACK" next="end"/>',
    '<label id="good"/>',
    ...answers.slice(1),
    '<label id="end"/>',
  )
  await set('carrier', { targets: [target(carrier.at)], auth: { username: '4930', password: PASSWORD } })
  assert.equal(await dial('+4930123456'), 'completed')
  await carrier.done()
  await remove('carrier')
})

test('we register with a provider that wants it', async (t) => {
  const registrar = await provider(
    t,
    receive('REGISTER'),
    send(response('401 Unauthorized', { more: 'WWW-Authenticate: Digest realm="carrier", nonce="77", algorithm=MD5' })),
    receive('REGISTER', '', `<verifyauth assign_to="valid" username="4930" password="${PASSWORD}"/>`),
    '<nop hide="true" test="valid" next="good"/>',
    send(response('403 Forbidden'), 'next="end"'),
    '<label id="good"/>',
    send(response('200 OK', { more: 'Expires: 600' })),
    '<label id="end"/>',
  )
  await set('carrier', {
    targets: [target(registrar.at)],
    auth: { username: '4930', password: PASSWORD },
    register: true,
    prefixes: [],
  })
  assert.match(await registrar.done(), /^SIP\/2\.0 200 OK/m)
  await pass(100)
  await remove('carrier')
})

const caller = (...steps: string[]) => scenario(send(request('INVITE', { body: sdp() }), 'retrans="500"'), ...steps)

test('calls come in from a trunk’s addresses only', async (t) => {
  const { app, ringback, at } = platform
  const to = { server: at.udp, to: ringback.number }
  const stranger = await startSipp(t, { ...to, scenario: caller(receive('403'), send(request('ACK'))) })
  await stranger.done()
  assert.deepEqual(app.to('/voice'), [])

  await set('carrier', { targets: [target('192.0.2.1:5060')], from: ['127.0.0.0/8'] })
  const asked = app.requested('/voice')
  const carrier = await startSipp(t, {
    ...to,
    scenario: caller(
      receive('180', 'optional="true"'),
      receive('200', 'rrs="true"'),
      send(request('ACK')),
      receive('BYE'),
      send(response('200 OK', { begins: false })),
    ),
  })
  const { parameters } = await asked
  assert.equal(parameters.To, ringback.number)
  assert.equal(parameters.From, 'sip:sipp@127.0.0.1')
  await carrier.done()
  await remove('carrier')
})
