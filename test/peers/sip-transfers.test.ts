/** Transfers by REFER: a phone asks the platform for another in its place, and the platform asks a phone to call another. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openOffice } from '../kit/office.ts'
import { type SipPlatform, startSipPlatform, TRANSPORTS } from '../kit/sip-platform.ts'
import { toneMs } from '../kit/sox.ts'

let platform: SipPlatform
before(async () => {
  platform = await startSipPlatform()
})
after(() => platform.stop())

describe('transfers', { concurrency: 3 }, () => {
  for (const transport of TRANSPORTS) {
    test(`the phone that was called transfers the caller to a third, over ${transport}`, async (t) => {
      const { address, phone, next } = await openOffice(t, platform, {
        voice: ({ parameters }) => `<Dial referUrl="refer"><Sip>${parameters.To}</Sip></Dial>`,
        refer: ({ parameters }) => `<Dial><Sip>${parameters.ReferTransferTarget?.replace(/[<>]/g, '')}</Sip></Dial>`,
      })
      const [alice, bob, carol] = await Promise.all([
        phone('alice', transport),
        phone('bob', transport),
        phone('carol', transport),
      ])
      const asked = next('voice')
      await alice.dial(address('bob'))
      await bob.event('CALL_INCOMING')
      await bob.answer()
      await bob.event('CALL_RTPESTAB')
      const refer = next('refer')
      await bob.transfer(address('carol'))
      const { parameters } = await refer
      assert.ok(parameters.ReferTransferTarget?.includes(address('carol')), parameters.ReferTransferTarget)
      assert.equal(parameters.CallSid, (await asked).parameters.CallSid)
      await bob.event('CALL_CLOSED')
      await carol.event('CALL_INCOMING')
      await carol.answer()
      await carol.event('CALL_RTPESTAB')
      await Promise.all([alice.hear(1500), carol.hear(1500)])
      await carol.hangUp()
      await alice.event('CALL_CLOSED')
      const heard = {
        alice: await toneMs(await alice.recording(), 1000),
        carol: await toneMs(await carol.recording(), 440, 620),
      }
      assert.ok(heard.alice[1000] >= 1000, JSON.stringify(heard))
      assert.ok(heard.carol[440] >= 1000 && heard.carol[620] === 0, JSON.stringify(heard))
    })

    test(`<Refer> makes the caller’s phone call another over ${transport}, and tells the app what became of it`, async (t) => {
      const { address, phone, next, url } = await openOffice(t, platform, {
        voice: ({ parameters }) => `<Dial><Sip>${parameters.To}</Sip></Dial>`,
        refer: () => `<Refer action="referred"><Sip>${address('carol')}</Sip></Refer>`,
        referred: () => '<Hangup/>',
      })
      const [alice, carol] = await Promise.all([phone('alice', transport), phone('carol', transport)])
      const referred = next('referred')
      const { sid } = await platform.client.calls.create({ to: address('alice'), from: 'office', url: url('refer') })
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
      assert.ok((await toneMs(await carol.recording(), 440))[440] >= 800)
      await alice.event('CALL_CLOSED', 2)
    })
  }
})
