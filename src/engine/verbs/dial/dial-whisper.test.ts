/** What happens between the answer of a party and its connection, by the table in the manual. */
import assert from 'node:assert/strict'
import { APP, NOT_FOUND } from '../../call/test-calls.ts'
import { ANSWERED, aDial, HUNG_UP, RANG } from './test-dial.ts'
import { testDecisions } from './test-dial-manual.ts'

const NOUN = `<Number url="${APP}/whisper">+15551231000</Number>`
const OTHER = '<Number>+15551231001</Number>'
const REFUSED = { DialCallStatus: 'completed', DialCallDuration: '0', DialBridged: 'false' }

testDecisions('Between the answer and the connection', {
  'sendDigits and url': async () => {
    const dial = await aDial({
      nouns: `<Number sendDigits="wW12" url="${APP}/whisper">+15551231000</Number>`,
      routes: { '/whisper': () => '<Say>Hello</Say>' },
    })
    const party = dial.party(0)
    await dial.far(party, RANG, ANSWERED)
    assert.deepEqual(party.done, ['press wW12'])
    await dial.after(1.8)
    assert.deepEqual(dial.told('/whisper').length, 0)
    await dial.after(0.1)
    const [whisper] = dial.told('/whisper')
    assert.deepEqual(
      [whisper!.CallSid, whisper!.ParentCallSid, whisper!.CallStatus, whisper!.Direction],
      [party.callSid, dial.callSid, 'in-progress', 'outbound-dial'],
    )
    await dial.after(1)
    assert.deepEqual(
      dial.heard(party.callSid).map(({ verb, text }) => [verb, text]),
      [
        ['SendDigits', 'wW12'],
        ['Say', 'Hello'],
      ],
    )
    assert.equal(dial.bridges.length, 1)
    assert.deepEqual(dial.purposes(party.callSid), ['twiml Whisper'])
  },

  'Verbs in the document of url': async () => {
    const dial = await aDial({
      nouns: NOUN,
      routes: { '/whisper': () => `<Record/><Dial>${OTHER}</Dial><Pause length="1"/>` },
    })
    await dial.far(dial.party(0), RANG, ANSWERED)
    assert.deepEqual(dial.alerts(dial.party(0).callSid), [13238, 13201])
    assert.equal(dial.bridges.length, 0)
    await dial.after(1)
    assert.equal(dial.bridges.length, 1)
    assert.equal(dial.dialled(), 1)
  },

  'What the caller hears meanwhile': async () => {
    for (const answerOnBridge of [false, true]) {
      const dial = await aDial({
        before: '<Say>Hi</Say>',
        attributes: `answerOnBridge="${answerOnBridge}"`,
        nouns: NOUN,
        routes: { '/whisper': () => '<Pause length="20"/>' },
      })
      await dial.after(1)
      await dial.far(dial.party(0), RANG)
      await dial.after(1)
      await dial.far(dial.party(0), ANSWERED)
      await dial.after(1)
      assert.equal(dial.caller.media.hearing()?.span.text, answerOnBridge ? '(ringback)' : undefined)
      await dial.after(20)
      assert.equal(dial.caller.media.hearing(), null)
      assert.equal(dial.bridges[0]?.open, true)
    }
  },

  'The document hangs up': async () => {
    const dial = await aDial({
      attributes: 'sequential="true"',
      nouns: NOUN + OTHER,
      routes: { '/whisper': () => '<Hangup/>' },
    })
    await dial.far(dial.party(0), RANG, ANSWERED)
    assert.deepEqual(dial.actions(), [{ ...REFUSED, DialCallSid: dial.party(0).callSid }])
    assert.deepEqual([dial.dialled(), dial.bridges.length], [1, 0])
  },

  'The party hangs up in its document': async () => {
    const dial = await aDial({ nouns: NOUN, routes: { '/whisper': () => '<Gather/>' } })
    await dial.far(dial.party(0), RANG, ANSWERED)
    await dial.after(2)
    await dial.far(dial.party(0), HUNG_UP)
    assert.deepEqual(dial.actions(), [{ ...REFUSED, DialCallSid: dial.party(0).callSid, DialCallDuration: '2' }])
    assert.equal(dial.bridges.length, 0)
  },

  'The document cannot be had': async () => {
    for (const noun of [NOUN, '<Number url="/relative">+15551231000</Number>']) {
      const dial = await aDial({ nouns: noun, routes: { '/whisper': () => NOT_FOUND } })
      await dial.far(dial.party(0), RANG, ANSWERED)
      assert.deepEqual(dial.actions(), [{ ...REFUSED, DialCallSid: dial.party(0).callSid }])
      assert.deepEqual([dial.heard(dial.party(0).callSid).length, dial.bridges.length], [0, 0])
      const alerts = [...dial.alerts(dial.callSid), ...dial.alerts(dial.party(0).callSid)]
      assert.deepEqual(alerts, [noun === NOUN ? 11200 : 11100])
    }
  },

  'The document ends': async () => {
    const dial = await aDial({ nouns: NOUN, routes: { '/whisper': () => '' } })
    await dial.far(dial.party(0), RANG, ANSWERED)
    assert.equal(dial.bridges[0]?.open, true)
    assert.deepEqual(dial.bridges[0]?.between, [dial.caller.media, dial.party(0).media])
  },

  answerOnBridge: async () => {
    const accept = '<Pause length="3"/>'
    for (const whisper of [accept, '<Hangup/>']) {
      const dial = await aDial({
        attributes: 'answerOnBridge="true"',
        nouns: NOUN,
        routes: { '/whisper': () => whisper },
      })
      await dial.far(dial.party(0), RANG, ANSWERED)
      await dial.after(2.9)
      assert.deepEqual(dial.caller.done, [])
      await dial.after(0.1)
      assert.deepEqual(dial.caller.done, whisper === accept ? ['answer'] : [])
      assert.equal(dial.told('/done')[0]?.CallStatus, whisper === accept ? undefined : 'ringing')
    }
  },

  'Machine detection': async () => {
    const dial = await aDial({ nouns: '<Number machineDetection="Enable">+15551231000</Number>' })
    await dial.far(dial.party(0), RANG, ANSWERED)
    assert.deepEqual(dial.alerts(dial.party(0).callSid), [])
    assert.equal(dial.bridges.length, 1)
  },
})
