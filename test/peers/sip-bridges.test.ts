/** Phones that talk to each other: who hears whom, which keys arrive, and what happens when one holds the line. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openOffice, TONES, USERS } from '../kit/office.ts'
import { type SipPlatform, startSipPlatform, TRANSPORTS } from '../kit/sip-platform.ts'
import { soundsMs, toneMs } from '../kit/sox.ts'

let platform: SipPlatform
before(async () => {
  platform = await startSipPlatform()
})
after(() => platform.stop())

/** Documents of an office whose calls dial whom they are to. */
const dials = (verb = '', noun = '') => ({
  voice: ({ parameters }: { readonly parameters: Readonly<Record<string, string>> }) =>
    `<Dial ${verb}><Sip ${noun}>${parameters.To}</Sip></Dial>`,
  dialled: () => '<Hangup/>',
})

describe('bridges', { concurrency: 3 }, () => {
  for (const [from, to, keys] of [
    ['udp', 'tls'],
    ['tcp', 'udp'],
    ['tls', 'tcp'],
    ['udp', 'tls', 'tones'],
    ['tcp', 'udp', 'tones'],
    ['tls', 'tcp', 'tones'],
  ] as const)
    test(`two phones hear each other, one over ${from}, the other, pressed keys first, over ${to}: ${keys ?? 'events'}`, async (t) => {
      const documents = dials('answerOnBridge="true" action="dialled"', 'sendDigits="59#"')
      const { address, phone, next } = await openOffice(t, platform, documents)
      const dialled = next('dialled')
      const [alice, bob] = await Promise.all([phone('alice', from), phone('bob', to, keys && { keys })])
      await alice.dial(address('bob'))
      await bob.event('CALL_INCOMING')
      assert.deepEqual(alice.events('CALL_ESTABLISHED'), [])
      await bob.answer()
      await Promise.all([alice.event('CALL_RTPESTAB'), bob.event('CALL_RTPESTAB')])
      await Promise.all([alice.hear(1500), bob.hear(2000)])
      await bob.hangUp()
      const { parameters } = await dialled
      assert.equal(parameters.DialCallStatus, 'completed')
      assert.equal(parameters.DialSipResponseCode, '200')
      await alice.event('CALL_CLOSED')
      const heard = {
        alice: await toneMs(await alice.recording(), 440, 620),
        bob: await toneMs(await bob.recording(), 440, 620),
      }
      assert.ok(heard.alice[620] >= 1000 && heard.alice[440] === 0, JSON.stringify(heard))
      assert.ok(heard.bob[440] >= 1000 && heard.bob[620] === 0, JSON.stringify(heard))
      assert.equal(await bob.keysHeard(), '59#')
    })

  for (const [from, to] of [
    ['events', 'events'],
    ['events', 'tones'],
    ['tones', 'tones'],
  ] as const)
    test(`keys go from one phone to the other: ${from} to ${to}`, async (t) => {
      const { address, phone } = await openOffice(t, platform, dials())
      const quiet = (keys: typeof from) => ({ hz: 0, ...(keys === 'tones' && { keys }) })
      const [alice, bob] = await Promise.all([phone('alice', 'udp', quiet(from)), phone('bob', 'udp', quiet(to))])
      await alice.dial(address('bob'))
      await bob.event('CALL_INCOMING')
      await bob.answer()
      await bob.event('CALL_RTPESTAB')
      await bob.listen(500)
      await alice.press('17*')
      await bob.listen(1500)
      await bob.hangUp()
      assert.equal(await bob.keysHeard(), '17*')
    })

  test('a phone that declines is busy to the app, and one that is not there does not answer', async (t) => {
    const { address, phone, next } = await openOffice(t, platform, dials('action="dialled"'))
    const [alice, bob] = await Promise.all([phone('alice', 'udp'), phone('bob', 'udp')])
    const busy = next('dialled')
    await alice.dial(address('bob'))
    await bob.event('CALL_INCOMING')
    await bob.hangUp()
    const { parameters } = await busy
    assert.deepEqual([parameters.DialCallStatus, parameters.DialSipResponseCode], ['busy', '486'])
    await alice.event('CALL_CLOSED')
    await bob.quit()
    const gone = next('dialled')
    await alice.dial(address('bob'))
    assert.deepEqual(
      [(await gone).parameters.DialCallStatus, (await gone).parameters.DialSipResponseCode],
      ['no-answer', '480'],
    )
    await alice.event('CALL_CLOSED', 2)
  })

  test('three phones in a conference, one over each transport: each hears the others and not itself', async (t) => {
    const { address, phone } = await openOffice(t, platform, {
      voice: () => '<Dial><Conference beep="false" waitUrl="">room</Conference></Dial>',
    })
    const phones = await Promise.all(USERS.map((user, at) => phone(user, TRANSPORTS[at]!)))
    for (const phone of phones) {
      await phone.dial(address('room'))
      await phone.event('CALL_RTPESTAB')
    }
    await Promise.all(phones.map((phone) => phone.hear(2000)))
    for (const phone of phones) await phone.hangUp()
    for (const [at, user] of USERS.entries()) {
      const heard = await toneMs(await phones[at]!.recording(), 440, 620, 1000)
      for (const other of USERS) {
        const ms = heard[TONES[other]]
        assert.ok(other === user ? ms <= 100 : ms >= 1000, `${user} heard ${JSON.stringify(heard)}`)
      }
    }
  })

  for (const transport of TRANSPORTS)
    test(`a phone holds the line over ${transport} and takes it up again`, async (t) => {
      const { address, phone } = await openOffice(t, platform, dials())
      const [alice, bob] = await Promise.all([phone('alice', transport), phone('bob', 'tcp')])
      await alice.dial(address('bob'))
      await bob.event('CALL_INCOMING')
      await bob.answer()
      await bob.event('CALL_RTPESTAB')
      await alice.hear(1200)
      await alice.hold()
      await alice.event('CALL_REMOTE_SDP', 2)
      const before = await alice.received()
      await bob.listen(2000)
      const held = (await alice.received()) - before
      await alice.resume()
      await alice.event('CALL_REMOTE_SDP', 3)
      await bob.hear(1500)
      const after = (await alice.received()) - before
      await alice.hangUp()
      const directions = alice
        .log()
        .match(/^a=(sendrecv|sendonly|recvonly)/gm)
        ?.map((line) => line.trim().slice(2))
        .slice(-4)
      assert.deepEqual(directions, ['sendonly', 'recvonly', 'sendrecv', 'sendrecv'])
      // This phone is silent while it holds the line, and is sent nothing.
      const stretches = (await soundsMs(await bob.recording(), 500)).filter((ms) => ms >= 500)
      assert.equal(stretches.length, 2, JSON.stringify(stretches))
      assert.ok(held <= 5 && after >= 50, `${held} packets while it holds, ${after} after that`)
      assert.ok((await toneMs(await alice.recording(), 620))[620] >= 1000)
    })
})
