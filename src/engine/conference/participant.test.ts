/** How a participant stands in the room, by what is known of it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Instant } from '../../lib/ids.ts'
import { newSid } from '../../lib/ids.ts'
import type { LegMedia } from '../ports/leg-media.ts'
import { newParticipant, type Present, placeOf } from './participant.ts'
import { aTicket } from './test-conferences.ts'

const coached = {} as LegMedia

for (const [what, record, inside, place] of [
  ['nothing', {}, {}, { muted: false, held: false, coaches: null }],
  ['muted', { muted: true }, {}, { muted: true, held: false, coaches: null }],
  ['held', { hold: true }, {}, { muted: false, held: true, coaches: null }],
  ['coaching', { coaching: true }, { coached }, { muted: false, held: false, coaches: coached }],
  ['coaching no more', { coaching: false }, { coached }, { muted: false, held: false, coaches: null }],
  // Else the caller would hear what only the agent may.
  ['coaching nobody who is there', { coaching: true }, { coached: null }, { muted: true, held: false, coaches: null }],
] as const)
  test(`a participant's place: ${what}`, () => {
    const plain = newParticipant(newSid('CA'), aTicket(), 0 as Instant)
    const participant = { record: { ...plain, ...record }, inside: { coached: null, ...inside } } as unknown as Present
    assert.deepEqual(placeOf(participant), place)
  })
