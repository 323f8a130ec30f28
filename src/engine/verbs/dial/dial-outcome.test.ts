/** What `action` is told of several legs, by the table in the manual. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LegInput } from '../../ports/leg.ts'
import { ANSWERED, aDial, BUSY, HUNG_UP, RANG, UNREACHABLE } from './test-dial.ts'
import { tableOf } from './test-dial-manual.ts'

const INPUTS: Readonly<Record<string, readonly LegInput[]>> = {
  'no-answer': [],
  busy: [BUSY],
  rejected: [{ input: 'rejected', sipResponseCode: 603 }],
  failed: [UNREACHABLE],
  answered: [ANSWERED],
}

for (const [legs, told] of tableOf('What several legs come to')) {
  test(`legs that come to ${legs}: ${told}`, async () => {
    const ends = legs!.split(', ')
    const dial = await aDial({ nouns: ends.map((_, index) => `<Number>+1555123100${index}</Number>`).join('') })
    for (const [index, end] of ends.entries()) {
      const party = dial.party(index)
      await dial.far(party, RANG)
      if (end === 'canceled') await dial.change(party.callSid, { status: 'canceled' })
      else await dial.far(party, ...INPUTS[end]!)
    }
    const connected = ends.indexOf('answered')
    if (connected >= 0) await dial.far(dial.party(connected), HUNG_UP)
    else await dial.after(36)
    const [action] = dial.actions()
    assert.equal(`\`${action!.DialCallStatus}\``, told)
    assert.equal(action!.DialCallSid, dial.party(connected >= 0 ? connected : ends.length - 1).callSid)
    assert.equal(action!.DialBridged, String(connected >= 0))
  })
}
