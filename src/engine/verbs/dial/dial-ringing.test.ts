/** How `<Dial>` rings, by the table in the manual. */
import assert from 'node:assert/strict'
import { APP, OURS, PHONE } from '../../call/test-calls.ts'
import { ANSWERED, aDial, BUSY, HUNG_UP, RANG } from './test-dial.ts'
import { testDecisions } from './test-dial-manual.ts'

const TWO = '<Number>+15551231000</Number><Number>+15551231001</Number>'
const ONE = '<Number>+15551231000</Number>'

testDecisions('Ringing', {
  'Who may ring together': async () => {
    const dial = await aDial({
      nouns: '<Number>+15551231000</Number><Client>joe</Client><Sip>sip:bob@a</Sip><WhatsApp>+15551231001</WhatsApp>',
    })
    const dialled = await Promise.all([0, 1, 2, 3].map((index) => dial.recordOf(dial.party(index))))
    assert.deepEqual(
      dialled.map((record) => [record?.to, record?.direction, record?.parentCallSid]),
      ['+15551231000', 'client:joe', 'sip:bob@a', '+15551231001'].map((to) => [to, 'outbound-dial', dial.callSid]),
    )
  },

  'A leg that was dialled and does not ring yet': async () => {
    const dial = await aDial({
      nouns: `<Number statusCallback="${APP}/child" statusCallbackEvent="initiated ringing">+15551231000</Number>`,
    })
    assert.deepEqual(await dial.statuses(), ['queued'])
    await dial.far(dial.party(0), RANG)
    assert.deepEqual(await dial.statuses(), ['ringing'])
    assert.deepEqual(
      dial.told('/child').map(({ CallStatus, SequenceNumber }) => [CallStatus, SequenceNumber]),
      [
        ['initiated', '0'],
        ['ringing', '1'],
      ],
    )
  },

  'Grace after `timeout`': async () => {
    const dial = await aDial({ attributes: 'timeout="10"', nouns: ONE })
    await dial.far(dial.party(0), RANG)
    await dial.after(14.999)
    assert.equal(await dial.statusOf(dial.party(0)), 'ringing')
    await dial.after(0.001)
    assert.equal(await dial.statusOf(dial.party(0)), 'no-answer')
    assert.deepEqual(dial.actions(), [
      { DialCallStatus: 'no-answer', DialCallSid: dial.party(0).callSid, DialCallDuration: '0', DialBridged: 'false' },
    ])
  },

  'Sound before the answer': async () => {
    const early = { input: 'early-media' } as const
    const dial = await aDial({ nouns: '<Sip>sip:bob@a</Sip>' })
    await dial.far(dial.party(0), RANG, early)
    assert.equal(dial.bridges.length, 1)
    await dial.far(dial.party(0), ANSWERED, HUNG_UP)
    assert.equal(dial.bridges.length, 2)
    assert.deepEqual(
      dial.heard(dial.callSid).map(({ text }) => text),
      ['(ringback)'],
    )
    const busy = await aDial({ nouns: '<Sip>sip:bob@a</Sip>' })
    await busy.far(busy.party(0), RANG, early, BUSY)
    assert.equal(busy.actions()[0]?.DialCallStatus, 'busy')
    const two = await aDial({ nouns: TWO })
    await two.far(two.party(0), RANG, early)
    assert.equal(two.bridges.length, 0)
    const unanswered = await aDial({ attributes: 'answerOnBridge="true"', nouns: ONE })
    await unanswered.far(unanswered.party(0), RANG, early)
    assert.equal(unanswered.bridges.length, 0)
  },

  'When losing legs stop': async () => {
    const dial = await aDial({
      nouns: `<Number url="${APP}/whisper">+15551231000</Number><Number>+15551231001</Number>`,
      routes: { '/whisper': () => '<Pause length="5"/>' },
    })
    await dial.far(dial.party(0), RANG)
    await dial.far(dial.party(1), RANG)
    await dial.far(dial.party(0), ANSWERED)
    assert.deepEqual(await dial.statuses(), ['in-progress', 'canceled'])
    assert.equal(dial.bridges.length, 0)
  },

  'One after the other': async () => {
    const dial = await aDial({ attributes: 'sequential="true" timeout="5"', nouns: TWO })
    assert.equal(dial.dialled(), 1)
    await dial.far(dial.party(0), RANG, BUSY)
    assert.equal(dial.dialled(), 2)
    await dial.after(9)
    assert.equal(await dial.statusOf(dial.party(1)), 'queued')
    await dial.far(dial.party(1), RANG, ANSWERED, HUNG_UP)
    assert.equal(dial.actions()[0]!.DialCallSid, dial.party(1).callSid)
  },

  'Several addresses in one `Sip`': async () => {
    const dial = await aDial({
      nouns: `<Sip><Uri priority="2">c@x</Uri><Uri priority="1" weight="1">b@x</Uri><Uri priority="1" weight="9">a@x</Uri></Sip>`,
    })
    for (const index of [0, 1, 2]) {
      assert.equal(dial.dialled(), index + 1)
      assert.equal((await dial.recordOf(dial.party(index)))?.to, ['sip:a@x', 'sip:b@x', 'sip:c@x'][index])
      await dial.far(dial.party(index), BUSY)
    }
    assert.equal(dial.actions()[0]!.DialCallStatus, 'busy')
  },

  'What is dialled for `WhatsApp`': async () => {
    const dial = await aDial({ nouns: '<WhatsApp>whatsapp:+15551231000</WhatsApp>' })
    assert.equal((await dial.recordOf(dial.party(0)))?.to, '+15551231000')
  },

  'Default caller ID': async () => {
    const dial = await aDial({ nouns: ONE })
    assert.equal((await dial.recordOf(dial.party(0)))?.from, PHONE)
    await dial.create({ voice: { document: { twiml: `<Response><Dial>${ONE}</Dial></Response>` }, fallback: null } })
    await dial.far(dial.legs[2]!, ANSWERED)
    assert.equal((await dial.recordOf(dial.legs[3]!))?.from, OURS)
  },

  'A callerId that the account does not own': async () => {
    const dial = await aDial({ attributes: 'callerId="+14155550199"', nouns: ONE })
    assert.equal((await dial.recordOf(dial.party(0)))?.from, '+14155550199')
    assert.deepEqual(dial.alerts(dial.callSid), [])
  },

  Ringback: async () => {
    const dial = await aDial({ attributes: 'ringTone="jp"', nouns: TWO })
    await dial.after(1)
    assert.equal(dial.caller.media.hearing(), null)
    await dial.far(dial.party(1), RANG)
    await dial.after(7)
    assert.equal(dial.caller.media.hearing()?.span.lengthMs, 3000)
    await dial.far(dial.party(0), ANSWERED)
    assert.equal(dial.caller.media.hearing(), null)
    const ringback = dial.heard(dial.callSid).map(({ verb, kind, text, playedMs }) => [verb, kind, text, playedMs])
    assert.deepEqual(
      ringback,
      [3000, 3000, 1000].map((playedMs) => ['Dial', 'tone', '(ringback)', playedMs]),
    )
  },

  'A caller who was not picked up': async () => {
    const dial = await aDial({ attributes: 'answerOnBridge="true"', nouns: ONE })
    await dial.far(dial.party(0), RANG)
    await dial.after(10)
    assert.equal(dial.caller.media.hearing(), null)
    assert.deepEqual(dial.caller.done, [])
    await dial.far(dial.party(0), ANSWERED)
    assert.deepEqual(dial.caller.done, ['answer'])
    assert.equal(dial.bridges.length, 1)
  },

  'The caller hangs up while others ring': async () => {
    const dial = await aDial({ nouns: TWO })
    await dial.far(dial.party(0), RANG)
    await dial.far(dial.caller, HUNG_UP)
    assert.deepEqual(await dial.statuses(), ['canceled', 'canceled'])
    assert.deepEqual(dial.actions(), [
      { DialCallStatus: 'canceled', DialCallSid: dial.party(1).callSid, DialCallDuration: '0', DialBridged: 'false' },
    ])
    assert.equal(dial.told('/done')[0]!.CallStatus, 'completed')
  },

  'REST ends a leg that rings': async () => {
    const dial = await aDial({ nouns: TWO })
    await dial.far(dial.party(0), RANG)
    await dial.change(dial.party(0).callSid, { status: 'completed' })
    await dial.far(dial.party(1), RANG)
    assert.deepEqual(await dial.statuses(), ['canceled', 'ringing'])
    assert.deepEqual(dial.actions(), [])
  },

  'Nobody can be dialled': async () => {
    const dial = await aDial({ nouns: '<Number>my mother</Number>' })
    assert.deepEqual(dial.actions(), [{ DialCallStatus: 'failed', DialBridged: 'false' }])
  },
})
