/** Phones that talk to each other: who hears whom, and what happens when one holds the line or asks to be replaced. */
import assert from 'node:assert/strict'
import { after, before, type TestContext, test } from 'node:test'
import { type Phone, type PhoneOptions, startPhone, type Transport } from '../kit/baresip.ts'
import type { AppRequest, Handler } from '../kit/customer-app.ts'
import { addDomain, CA_FILE, PASSWORD, type SipPlatform, startSipPlatform, TRANSPORTS } from '../kit/sip-platform.ts'
import { heardMs } from '../kit/tones.ts'
import { soundings } from '../kit/wav-file.ts'

const DOMAIN = 'desk.example'
/** What each user's microphone has. */
const TONES = { alice: 440, bob: 620, carol: 1000 } as const
type User = keyof typeof TONES

let platform: SipPlatform
before(async () => {
  platform = await startSipPlatform()
  await addDomain(platform, DOMAIN, Object.keys(TONES))
})
after(() => platform.stop())

const address = (user: User) => `sip:${user}@${DOMAIN}`

/** A registered phone. */
async function desk(
  t: TestContext,
  user: User,
  transport: Transport = 'udp',
  more: Partial<PhoneOptions> = {},
): Promise<Phone> {
  const phone = await startPhone(t, {
    user,
    transport,
    domain: DOMAIN,
    server: platform.at[transport],
    password: PASSWORD,
    caFile: CA_FILE,
    hz: TONES[user],
    ...more,
  })
  await phone.event('REGISTER_OK')
  return phone
}

/** What the domain's document is from now on. */
const document = (handler: Handler) => platform.app.route('/domain', handler)
const next = (path: string): Promise<AppRequest> => platform.app.requested(path, platform.app.to(path).length + 1)
const dials = (verb: string) => document(({ parameters }) => `<Dial ${verb}><Sip>${parameters.To}</Sip></Dial>`)

for (const [from, to] of [
  ['udp', 'tls'],
  ['tcp', 'udp'],
  ['tls', 'tcp'],
] as const)
  test(`two phones hear each other, one over ${from}, the other over ${to}`, async (t) => {
    dials('answerOnBridge="true" action="/dialled"')
    platform.app.route('/dialled', () => '<Hangup/>')
    const dialled = next('/dialled')
    const [alice, bob] = [await desk(t, 'alice', from), await desk(t, 'bob', to)]
    await alice.dial(address('bob'))
    await bob.event('CALL_INCOMING')
    assert.deepEqual(alice.events('CALL_ESTABLISHED'), [])
    await bob.answer()
    await Promise.all([alice.event('CALL_RTPESTAB'), bob.event('CALL_RTPESTAB')])
    await Promise.all([alice.hear(1500), bob.hear(1500)])
    await bob.hangUp()
    const { parameters } = await dialled
    assert.equal(parameters.DialCallStatus, 'completed')
    assert.equal(parameters.DialSipResponseCode, '200')
    await alice.event('CALL_CLOSED')
    const heard = { alice: heardMs(await alice.heard(), 440, 620), bob: heardMs(await bob.heard(), 440, 620) }
    assert.ok(heard.alice[620] >= 1000 && heard.alice[440] === 0, JSON.stringify(heard))
    assert.ok(heard.bob[440] >= 1000 && heard.bob[620] === 0, JSON.stringify(heard))
  })

test('a phone that declines is busy to the app, and one that is not there does not answer', async (t) => {
  dials('action="/dialled"')
  platform.app.route('/dialled', () => '<Hangup/>')
  const alice = await desk(t, 'alice')
  const bob = await desk(t, 'bob')
  const busy = next('/dialled')
  await alice.dial(address('bob'))
  await bob.event('CALL_INCOMING')
  await bob.hangUp()
  const { parameters } = await busy
  assert.deepEqual([parameters.DialCallStatus, parameters.DialSipResponseCode], ['busy', '486'])
  await alice.event('CALL_CLOSED')
  await bob.quit()
  const gone = next('/dialled')
  await alice.dial(address('bob'))
  assert.deepEqual(
    [(await gone).parameters.DialCallStatus, (await gone).parameters.DialSipResponseCode],
    ['no-answer', '480'],
  )
  await alice.event('CALL_CLOSED', 2)
})

test('three phones in a conference: each hears the others and not itself', async (t) => {
  document(() => '<Dial><Conference beep="false" waitUrl="">room</Conference></Dial>')
  const users = Object.keys(TONES) as User[]
  const phones = await Promise.all(users.map((user, at) => desk(t, user, TRANSPORTS[at])))
  for (const phone of phones) {
    await phone.dial(`sip:room@${DOMAIN}`)
    await phone.event('CALL_RTPESTAB')
  }
  await Promise.all(phones.map((phone) => phone.hear(2000)))
  for (const phone of phones) await phone.hangUp()
  for (const [at, user] of users.entries()) {
    const heard = heardMs(await phones[at]!.heard(), 440, 620, 1000)
    for (const other of users) {
      const ms = heard[TONES[other]]
      assert.ok(other === user ? ms <= 100 : ms >= 1000, `${user} heard ${JSON.stringify(heard)}`)
    }
  }
})

test('a phone holds the line and takes it up again', async (t) => {
  dials('')
  const [alice, bob] = [await desk(t, 'alice'), await desk(t, 'bob', 'tcp')]
  await alice.dial(address('bob'))
  await bob.event('CALL_INCOMING')
  await bob.answer()
  await bob.event('CALL_RTPESTAB')
  await alice.hear(1200)
  await alice.hold()
  await alice.event('CALL_REMOTE_SDP', 2)
  await bob.listen(2000)
  await alice.resume()
  await alice.event('CALL_REMOTE_SDP', 3)
  await bob.hear(1500)
  await alice.hangUp()
  const directions = alice
    .log()
    .match(/^a=(sendrecv|sendonly|recvonly)/gm)
    ?.map((line) => line.trim().slice(2))
    .slice(-4)
  assert.deepEqual(directions, ['sendonly', 'recvonly', 'sendrecv', 'sendrecv'])
  // This phone is silent while it holds the line.
  const stretches = soundings(await bob.heard(), 500).filter(([from, to]) => to - from >= 500)
  assert.equal(stretches.length, 2, JSON.stringify(stretches))
})
