/** A softphone on the desk: it registers over each transport, its calls run the domain's document, and it is rung. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type PhoneOptions, startPhone } from '../kit/baresip.ts'
import { addDomain, CA_FILE, PASSWORD, type SipPlatform, startSipPlatform, TRANSPORTS } from '../kit/sip-platform.ts'
import { toneMs } from '../kit/sox.ts'

const DOMAIN = 'desk.example'

let platform: SipPlatform
before(async () => {
  platform = await startSipPlatform({
    '/domain': ({ parameters }) => `<Play>${platform.app.url}/tone.wav?${parameters.CallSid}</Play>`,
  })
  await addDomain(platform, DOMAIN, ['bob', ...TRANSPORTS])
})
after(() => platform.stop())

const phone = (more: Partial<PhoneOptions> & Pick<PhoneOptions, 'user' | 'transport'>): PhoneOptions => ({
  domain: DOMAIN,
  server: platform.at[more.transport],
  password: PASSWORD,
  caFile: CA_FILE,
  ...more,
})

interface Registrations {
  readonly registrations: readonly {
    readonly address: string
    readonly contacts: readonly { readonly transport: string; readonly userAgent: string }[]
  }[]
}
const registered = async (): Promise<string[]> => {
  const { registrations } = await platform.ringback.ask<Registrations>('GET', '/Registrations')
  return registrations.flatMap(({ address, contacts }) => contacts.map(({ transport }) => `${address} ${transport}`))
}

for (const transport of TRANSPORTS)
  test(`a phone registers over ${transport}, calls, is called, and signs off`, async (t) => {
    const { client, ringback, app } = platform
    const desk = await startPhone(t, phone({ user: transport, transport, hz: 440 }))
    await desk.event('REGISTER_OK')
    assert.deepEqual(await registered(), [`sip:${transport}@${DOMAIN} ${transport}`])

    const before = app.to('/domain').length
    await desk.dial(`sip:support@${DOMAIN}`)
    const asked = await app.requested('/domain', before + 1)
    assert.equal(asked.parameters.To, `sip:support@${DOMAIN}`)
    assert.equal(asked.parameters.From, `sip:${transport}@${DOMAIN}`)
    assert.equal(asked.parameters.SipDomain, DOMAIN)
    await desk.event('CALL_RTPESTAB')
    await desk.hear(1500)
    await desk.hangUp()
    await ringback.over(asked.parameters.CallSid!)
    assert.ok((await toneMs(await desk.recording(), 1000))[1000] >= 800)

    const { sid } = await client.calls.create({
      to: `sip:${transport}@${DOMAIN}`,
      from: 'office',
      twiml: '<Response><Hangup/></Response>',
    })
    assert.equal((await desk.event('CALL_INCOMING')).peeruri, 'sip:office@127.0.0.1')
    await desk.answer()
    assert.equal(await ringback.over(sid), 'completed')

    await desk.quit()
    assert.deepEqual(await registered(), [])
  })

test('a wrong password and an unknown user are refused', async (t) => {
  const wrong = await startPhone(t, phone({ user: 'bob', transport: 'udp', password: 'Wrong-Horse-1' }))
  assert.match((await wrong.event('REGISTER_FAIL')).param ?? '', /^403/)
  const unknown = await startPhone(t, phone({ user: 'mallory', transport: 'udp' }))
  assert.match((await unknown.event('REGISTER_FAIL')).param ?? '', /^403/)
  assert.deepEqual(await registered(), [])
})

test('where there is one domain, its server’s address will do for a name', async (t) => {
  const bob = await startPhone(t, {
    user: 'bob',
    transport: 'udp',
    server: platform.at.udp,
    password: PASSWORD,
  })
  await bob.event('REGISTER_OK')
  assert.deepEqual(await registered(), [`sip:bob@${DOMAIN} udp`])
  await bob.quit()
})
