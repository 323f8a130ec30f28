/** Two parties that hear each other, and how that ends, by the tables in the manual. */
import assert from 'node:assert/strict'
import { APP } from '../../call/test-calls.ts'
import { ANSWERED, aDial, BUSY, HUNG_UP, RANG, type TestDial } from './test-dial.ts'
import { testDecisions } from './test-dial-manual.ts'

const ONE = '<Number>+15551231000</Number>'
const key = (digit: string) => ({ input: 'digit', digit }) as const
const transfer = (target: string) => ({ input: 'transfer', target }) as const

async function aConnection(about: Partial<TestDial> = {}) {
  const dial = await aDial({ nouns: ONE, ...about })
  const party = dial.party(0)
  await dial.far(party, RANG, ANSWERED)
  assert.equal(dial.bridges[0]?.open, true)
  return { ...dial, party }
}

const ended = (callSid: string, seconds: number) => ({
  DialCallStatus: 'completed',
  DialCallSid: callSid,
  DialCallDuration: String(seconds),
  DialBridged: 'true',
})

testDecisions('The connection and its end', {
  Keys: async () => {
    const dial = await aConnection()
    await dial.far(dial.caller, key('1'))
    await dial.far(dial.party, key('2'))
    assert.deepEqual([dial.caller.done, dial.party.done], [['answer', 'press 2'], ['press 1']])
    await dial.far(dial.party, HUNG_UP)
    await dial.far(dial.caller, key('3'))
    assert.deepEqual(dial.party.done, ['press 1', 'hang up'])
  },

  hangupOnStar: async () => {
    const dial = await aDial({ attributes: 'hangupOnStar="true"', nouns: ONE })
    await dial.far(dial.caller, key('*'))
    await dial.far(dial.party(0), RANG, ANSWERED, key('*'))
    assert.deepEqual(dial.caller.done, ['answer', 'press *'])
    await dial.after(3)
    await dial.far(dial.caller, key('*'))
    assert.deepEqual(dial.party(0).done, ['hang up'])
    assert.deepEqual(dial.actions(), [ended(dial.party(0).callSid, 3)])
    const plain = await aConnection()
    await plain.far(plain.caller, key('*'))
    assert.deepEqual(plain.party.done, ['press *'])
  },

  timeLimit: async () => {
    const dial = await aDial({
      attributes: 'timeLimit="60"',
      nouns: `<Number url="${APP}/whisper">+15551231000</Number>`,
      routes: { '/whisper': () => '<Pause length="10"/>' },
    })
    await dial.far(dial.party(0), RANG, ANSWERED)
    await dial.after(69.999)
    assert.equal(await dial.statusOf(dial.party(0)), 'in-progress')
    await dial.after(0.001)
    assert.deepEqual(dial.actions(), [ended(dial.party(0).callSid, 70)])
    assert.equal(await dial.statusOf(dial.caller), 'in-progress')
  },

  DialCallDuration: async () => {
    for (const [seconds, told] of [
      [0.4, 0],
      [1.5, 2],
    ] as const) {
      const dial = await aConnection()
      await dial.after(seconds)
      await dial.far(dial.party, HUNG_UP)
      assert.deepEqual(dial.actions(), [ended(dial.party.callSid, told)])
    }
  },

  'The caller hangs up': async () => {
    const dial = await aConnection()
    await dial.after(2)
    await dial.far(dial.caller, HUNG_UP)
    assert.equal(dial.bridges[0]!.open, false)
    assert.equal(await dial.statusOf(dial.party), 'completed')
    assert.deepEqual(dial.actions(), [ended(dial.party.callSid, 2)])
    assert.equal(dial.told('/done')[0]!.CallStatus, 'completed')
    await dial.after(1)
    assert.equal(dial.calls.size, 0)
  },

  'REST redirects the dialling call': async () => {
    const dial = await aConnection({ routes: { '/other': () => '<Pause length="60"/>' } })
    await dial.change(dial.callSid, { document: { url: `${APP}/other`, method: 'POST' } })
    await dial.now()
    assert.deepEqual([dial.bridges[0]!.open, dial.party.done], [false, ['hang up']])
    assert.deepEqual([dial.actions().length, dial.told('/other').length], [0, 1])
    assert.equal(await dial.statusOf(dial.caller), 'in-progress')
  },

  'REST redirects the dialled leg': async () => {
    const dial = await aConnection({ routes: { '/other': () => '<Pause length="60"/>' } })
    await dial.change(dial.party.callSid, { document: { url: `${APP}/other`, method: 'POST' } })
    await dial.now()
    assert.equal(dial.bridges[0]!.open, false)
    const { DialCallDuration: _, ...told } = ended(dial.party.callSid, 0)
    assert.deepEqual(dial.actions(), [told])
    assert.equal(dial.told('/other')[0]!.CallSid, dial.party.callSid)
    assert.equal(await dial.statusOf(dial.party), 'in-progress')
  },

  'record-from-answer': async () => {
    for (const [moment, lengthMs] of [
      ['answer', 3000],
      ['ringing', 15_000],
    ] as const) {
      const dial = await aDial({
        attributes: `record="record-from-${moment}"`,
        nouns: `<Number url="${APP}/whisper">+15551231000</Number>`,
        routes: { '/whisper': () => '<Pause length="10"/>' },
      })
      await dial.after(1)
      await dial.far(dial.party(0), RANG)
      await dial.after(2)
      await dial.far(dial.party(0), ANSWERED)
      await dial.after(13)
      await dial.far(dial.party(0), HUNG_UP)
      const [recording] = dial.files.made
      assert.equal(recording!.frames! / 8, lengthMs)
    }
  },

  RecordingUrl: async () => {
    const nouns = [0, 1].map((at) => `<Number statusCallback="${APP}/child">+1555123100${at}</Number>`).join('')
    const dial = await aDial({ attributes: 'record="record-from-ringing-dual"', nouns })
    await dial.far(dial.party(0), RANG)
    await dial.after(1)
    await dial.far(dial.party(1), RANG, ANSWERED)
    await dial.after(4)
    await dial.far(dial.party(1), HUNG_UP)
    const url = dial.actions()[0]!.RecordingUrl!
    assert.match(url, /\/Recordings\/RE[0-9a-f]{32}$/)
    const [lost, won] = dial.told('/child')
    assert.deepEqual([lost!.CallStatus, lost!.RecordingUrl], ['canceled', undefined])
    assert.deepEqual(
      [won!.RecordingUrl, won!.RecordingSid, won!.RecordingDuration],
      [url, url.slice(url.lastIndexOf('/') + 1), '5'],
    )
    const unanswered = await aDial({ attributes: 'record="record-from-ringing"', nouns: ONE })
    await unanswered.far(unanswered.party(0), RANG, BUSY)
    assert.ok(unanswered.actions()[0]!.RecordingUrl)
  },

  DialSipResponseCode: async () => {
    for (const [inputs, code] of [
      [[RANG, BUSY], '486'],
      [[RANG, ANSWERED, HUNG_UP], '200'],
    ] as const) {
      const dial = await aDial({ nouns: '<Sip>sip:bob@a</Sip>' })
      await dial.far(dial.party(0), ...inputs)
      assert.deepEqual([dial.actions()[0]!.DialSipResponseCode, dial.actions()[0]!.DialSipCallId], [code, undefined])
    }
  },
})

const REFER = `referUrl="${APP}/refer"`
const routes = { '/refer': () => '<Pause length="60"/>' }

testDecisions('Transfers', {
  'The dialled party asks to be replaced': async () => {
    const dial = await aConnection({ attributes: REFER, routes })
    await dial.far(dial.party, transfer('sip:carol@a'))
    assert.deepEqual([dial.bridges[0]!.open, dial.party.done, dial.actions()], [false, ['hang up'], []])
    assert.equal(dial.told('/refer')[0]!.CallSid, dial.callSid)
    assert.equal(await dial.statusOf(dial.caller), 'in-progress')
  },

  'The caller asks to be replaced': async () => {
    const dial = await aConnection({ attributes: REFER, routes })
    await dial.far(dial.caller, transfer('+15551239999'))
    assert.deepEqual([dial.bridges[0]!.open, dial.party.done, dial.actions()], [false, [], []])
    assert.equal(dial.told('/refer')[0]!.CallSid, dial.party.callSid)
    assert.equal(await dial.statusOf(dial.caller), 'completed')
    await dial.after(61)
    assert.equal(await dial.statusOf(dial.party), 'completed')
  },

  'Parameters of referUrl': async () => {
    const dial = await aConnection({ attributes: `${REFER} referMethod="GET"`, routes })
    await dial.far(dial.party, transfer('sip:carol@a'))
    const { CallStatus, ReferTransferTarget } = dial.told('/refer')[0]!
    assert.deepEqual([CallStatus, ReferTransferTarget], ['in-progress', 'sip:carol@a'])
    assert.deepEqual(dial.purposes(dial.callSid), ['twiml DialRefer'])
  },

  'A transfer without referUrl': async () => {
    const dial = await aConnection()
    await dial.far(dial.party, transfer('sip:carol@a'))
    assert.deepEqual([dial.alerts(dial.party.callSid), dial.alerts(dial.callSid)], [[13802], []])
    assert.equal(dial.bridges[0]!.open, true)
  },

  'A transfer before the connection': async () => {
    const dial = await aDial({ attributes: REFER, nouns: ONE })
    await dial.far(dial.party(0), RANG)
    await dial.far(dial.caller, transfer('sip:carol@a'))
    assert.deepEqual(dial.alerts(dial.callSid), [13802])
    assert.equal(await dial.statusOf(dial.party(0)), 'ringing')
  },
})
