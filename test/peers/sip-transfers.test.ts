/** Transfers by REFER: a phone asks the platform for another in its place, and the platform asks a phone to call another. */
import assert from 'node:assert/strict'
import { after, before, type TestContext, test } from 'node:test'
import { type Phone, startPhone } from '../kit/baresip.ts'
import type { AppRequest } from '../kit/customer-app.ts'
import { addDomain, PASSWORD, type SipPlatform, startSipPlatform } from '../kit/sip-platform.ts'
import { heardMs } from '../kit/tones.ts'

const DOMAIN = 'desk.example'
const TONES = { alice: 440, bob: 620, carol: 1000 } as const
type User = keyof typeof TONES

let platform: SipPlatform
before(async () => {
  platform = await startSipPlatform({
    '/domain': ({ parameters }) => `<Dial referUrl="/refer"><Sip>${parameters.To}</Sip></Dial>`,
    '/no-refer': ({ parameters }) => `<Dial><Sip>${parameters.To}</Sip></Dial>`,
    '/refer': ({ parameters }) => `<Dial><Sip>${parameters.ReferTransferTarget?.replace(/[<>]/g, '')}</Sip></Dial>`,
  })
  await addDomain(platform, DOMAIN, Object.keys(TONES))
})
after(() => platform.stop())

const address = (user: User) => `sip:${user}@${DOMAIN}`
const next = (path: string): Promise<AppRequest> => platform.app.requested(path, platform.app.to(path).length + 1)

async function desk(t: TestContext, user: User): Promise<Phone> {
  const phone = await startPhone(t, {
    user,
    transport: 'tcp',
    domain: DOMAIN,
    server: platform.at.tcp,
    password: PASSWORD,
    hz: TONES[user],
  })
  await phone.event('REGISTER_OK')
  return phone
}

test('the phone that was called transfers the caller to a third', async (t) => {
  const [alice, bob, carol] = [await desk(t, 'alice'), await desk(t, 'bob'), await desk(t, 'carol')]
  const asked = next('/domain')
  await alice.dial(address('bob'))
  await bob.event('CALL_INCOMING')
  await bob.answer()
  await bob.event('CALL_RTPESTAB')
  const refer = next('/refer')
  await bob.transfer(address('carol'))
  const { parameters } = await refer
  assert.match(parameters.ReferTransferTarget ?? '', /sip:carol@desk\.example/)
  assert.equal(parameters.CallSid, (await asked).parameters.CallSid)
  await bob.event('CALL_CLOSED')
  await carol.event('CALL_INCOMING')
  await carol.answer()
  await carol.event('CALL_RTPESTAB')
  await Promise.all([alice.hear(1500), carol.hear(1500)])
  await carol.hangUp()
  await alice.event('CALL_CLOSED')
  const heard = { alice: heardMs(await alice.heard(), 1000), carol: heardMs(await carol.heard(), 440, 620) }
  assert.ok(heard.alice[1000] >= 1000, JSON.stringify(heard))
  assert.ok(heard.carol[440] >= 1000 && heard.carol[620] === 0, JSON.stringify(heard))
})

test('<Refer> makes the caller’s phone call another, and tells the app what became of it', async (t) => {
  const { app } = platform
  app.route('/voice', () => `<Refer action="/referred"><Sip>${address('carol')}</Sip></Refer>`)
  app.route('/referred', () => '<Hangup/>')
  const [alice, carol] = [await desk(t, 'alice'), await desk(t, 'carol')]
  const { client } = platform
  const referred = next('/referred')
  const { sid } = await client.calls.create({ to: address('alice'), from: 'office', url: `${app.url}/voice` })
  await alice.event('CALL_INCOMING')
  await alice.answer()
  await alice.event('TRANSFER')
  await carol.event('CALL_INCOMING')
  await carol.answer()
  await carol.event('CALL_RTPESTAB')
  const { parameters } = await referred
  assert.equal(parameters.CallSid, sid)
  assert.equal(parameters.ReferSipResponseCode, '202')
  assert.equal(parameters.NotifySipResponseCode, '200')
  await carol.hear(1200)
  await carol.hangUp()
  assert.ok(heardMs(await carol.heard(), 440)[440] >= 800)
  await alice.event('CALL_CLOSED', 2)
})
