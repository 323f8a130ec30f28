/** Keys as tones: those of the phone are found in its sound, those of the platform are heard. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DTMF_KEYS, keyFrequencies } from '../../src/wire/codec/dtmf.ts'
import { connectNumber, journey } from '../kit/journey.ts'
import { callPhone, near, recordedWav } from '../kit/recordings.ts'
import { powerAt } from '../kit/wav-file.ts'

const gather = (attributes: string) => ({
  '/voice': () => `<Gather action="/done" timeout="2" ${attributes}><Say>Your number, please.</Say></Gather>`,
  '/done': () => '<Hangup/>',
})

test('all sixteen tones are found; the letters are not collected', async (t) => {
  const run = await journey(t, gather('finishOnKey=""'))
  const { heard } = await callPhone(run, { keys: 'in-band', script: [{ waitMs: 300 }, { press: DTMF_KEYS }] })
  const { parameters } = await run.app.requested('/done')
  assert.equal(parameters.Digits, '123456789*0#')
  assert.deepEqual(heard.pressed, [{ atMs: 300, digits: DTMF_KEYS }])
  const [prompt] = heard.heard
  assert.ok(prompt!.cut && prompt!.playedMs >= 300 && prompt!.playedMs <= 360, `cut at ${prompt!.playedMs} ms`)
})

test('repeated keys, pauses between keys, and the finishing key', async (t) => {
  const run = await journey(t, gather(''))
  await callPhone(run, { keys: 'in-band', script: [{ waitMs: 100 }, { press: '11w22W33#' }] })
  const { Digits, FinishedOnKey } = (await run.app.requested('/done')).parameters
  assert.deepEqual([Digits, FinishedOnKey], ['112233', '#'])
})

test('a phone with tones may press one key beside the sound, and the other way round', async (t) => {
  const run = await journey(t, gather('numDigits="2"'))
  await callPhone(run, { keys: 'in-band', script: [{ press: '1' }, { press: '2', inBand: false }] })
  await callPhone(run, { keys: 'out-of-band', script: [{ press: '3', inBand: true }, { press: '4' }] })
  assert.deepEqual(
    run.app.to('/done').map(({ parameters }) => parameters.Digits),
    ['12', '34'],
  )
})

test('speech and the murmur of the timed voice are no keys', async (t) => {
  const run = await journey(t, gather('actionOnEmptyResult="true"'))
  const words = 'Well, let me see, it must be here somewhere.'
  await callPhone(run, { keys: 'in-band', script: [{ press: '7' }, { say: words }, { waitMs: 100 }, { press: '8' }] })
  // The wait for the next key is over before the words are.
  assert.equal((await run.app.requested('/done')).parameters.Digits, '7')
})

for (const [what, document, order] of [
  ['SendDigits', '<Pause length="1"/>', { sendDigits: '1w5#' }],
  ['Play digits', '<Play digits="1w5#"/><Pause length="1"/>', {}],
  ['Play digits, twice', '<Play digits="1w5#" loop="2"/>', {}],
] as const)
  test(`${what} are heard as tones`, async (t) => {
    const run = await journey(t, { '/voice': () => document })
    const recorded = { record: true, recordingChannels: 'dual', trim: 'do-not-trim' }
    const { sid, heard } = await callPhone(run, [], { ...recorded, ...order })
    const [span] = heard.heard
    assert.deepEqual(
      [span?.verb, span?.kind, span?.text, span?.atMs, span?.playedMs],
      [what.split(' ')[0], 'tone', '1w5#', 0, 1100],
    )
    const [recording] = await run.client.calls(sid).recordings.list()
    const [phone, platform] = (await recordedWav(run.ringback, recording!.sid)).channels
    assert.ok(phone!.every((sample) => sample === 0))
    const rounds = what.endsWith('twice') ? 2 : 1
    near(platform!.length / 8, rounds === 2 ? 2200 : 2100, 'the file')
    for (let round = 0; round < rounds; round++)
      for (const [key, atMs] of [
        ['1', 0],
        ['5', 700],
        ['#', 900],
      ] as const) {
        const from = atMs + round * 1100
        const { lowHz, highHz } = keyFrequencies(key)
        for (const hz of [lowHz, highHz])
          assert.ok(powerAt(platform!, hz, from, from + 100) > 0.3, `${key}: ${hz} Hz at ${from} ms`)
        assert.ok(platform!.subarray((from + 100) * 8, (from + 200) * 8).every((sample) => sample === 0))
      }
  })

for (const [what, document, order] of [
  ['Play digits', '<Play digits="w42#"/><Pause length="3"/>', {}],
  ['SendDigits', '<Pause length="3"/>', { sendDigits: 'w42#' }],
] as const)
  test(`a call to a number of one's own: ${what} are collected there once, though they travel in two ways`, async (t) => {
    const run = await journey(t, {
      '/voice': () => document,
      '/own': () => '<Gather action="/done" timeout="2" actionOnEmptyResult="true"/>',
      '/done': () => '<Hangup/>',
    })
    const { client, ringback, app } = run
    await connectNumber(run, { voiceUrl: `${app.url}/own` })
    const ownCall = { to: ringback.number, from: '+15005550010', url: `${app.url}/voice`, ...order }
    const { sid } = await client.calls.create(ownCall)
    await ringback.over(sid)
    const { Digits, FinishedOnKey } = (await app.requested('/done')).parameters
    assert.deepEqual([Digits, FinishedOnKey], ['42', '#'])
  })
