/** The document of a participant, read back by the parser that its call will use. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Ticket } from '../../../engine/conference/ticket.ts'
import type { CallSid } from '../../../lib/ids.ts'
import { parseTwiml } from '../../../wire/twiml/index.ts'
import { participantDocument } from './participant-document.ts'

const PLAIN: Ticket = {
  friendlyName: 'Room',
  label: null,
  muted: false,
  beep: 'true',
  startOnEnter: true,
  endOnExit: false,
  wait: 'music',
  participantsMax: 250,
  coach: null,
  region: null,
  callback: null,
  recording: null,
}

function readBack(ticket: Ticket, friendlyName: string) {
  const parsed = parseTwiml(participantDocument(ticket, friendlyName))
  assert.ok(parsed.ok, JSON.stringify(parsed))
  assert.deepEqual(parsed.warnings, [])
  const [dial] = parsed.verbs
  assert.ok(dial?.verb === 'Dial')
  const [conference] = dial.targets
  assert.ok(conference?.noun === 'Conference')
  return conference
}

for (const name of [
  'Room',
  'a & b',
  '<Room attr="x">',
  `"double" 'single'`,
  'Größe 日本 🎧',
  '&amp;',
  ']]>',
  '..',
  '0',
])
  test(`the name ${name} comes back, as a label too`, () => {
    const read = readBack({ ...PLAIN, label: name }, name)
    assert.deepEqual([read.name, read.participantLabel], [name, name])
  })

test('everything a participant may be made with comes back', () => {
  const url = 'https://user:pass@app.example.com/x?a=1&b="2"#rc=1&rp=4xx'
  const coach = `CA${'1'.repeat(32)}` as CallSid
  const read = readBack(
    {
      ...PLAIN,
      muted: true,
      beep: 'onExit',
      startOnEnter: false,
      endOnExit: true,
      wait: { url, method: 'GET' },
      participantsMax: 7,
      coach,
      region: 'de1',
      callback: { url, method: 'GET', events: ['start', 'speaker'] },
      recording: { trim: 'do-not-trim', callback: { url, method: 'POST', events: ['in-progress', 'absent'] } },
    },
    'Room',
  )
  const { muted, beep, startConferenceOnEnter, endConferenceOnExit, waitUrl, waitMethod, maxParticipants } = read
  assert.deepEqual(
    { muted, beep, startConferenceOnEnter, endConferenceOnExit, waitUrl, waitMethod, maxParticipants },
    {
      muted: true,
      beep: 'onExit',
      startConferenceOnEnter: false,
      endConferenceOnExit: true,
      waitUrl: url,
      waitMethod: 'GET',
      maxParticipants: 7,
    },
  )
  assert.deepEqual(
    [read.coach, read.region, read.statusCallback, read.statusCallbackMethod, read.statusCallbackEvent],
    [coach, 'de1', url, 'GET', ['start', 'speaker']],
  )
  assert.deepEqual(
    [read.record, read.trim, read.recordingStatusCallback, read.recordingStatusCallbackEvent],
    ['record-from-start', 'do-not-trim', url, ['in-progress', 'absent']],
  )
})

test('silence is an empty waitUrl, music of ours none', () => {
  assert.equal(readBack({ ...PLAIN, wait: 'silence' }, 'Room').waitUrl, '')
  assert.equal(readBack(PLAIN, 'Room').waitUrl, null)
})
