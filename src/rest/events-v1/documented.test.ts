/** docs/compat/event-streams.md says what the code says: the types and the refusals. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { VOICE_TYPES } from '../../readers/event-streams/voice-types.ts'
import { streamErrorTable } from '../errors.ts'

const LINES = readFileSync(new URL('../../../docs/compat/event-streams.md', import.meta.url), 'utf8').split('\n')

test('the manual lists every type with its sinks and status, and no other', () => {
  const documented = LINES.filter((line) => /^\| `[a-z.-]+\.[a-z]+` \| .* \| [WKS ]+ \|/.test(line))
  const rows = documented.map((line) => line.split(' | ').slice(0, 4).join(' | '))
  const letters = { webhook: 'W', kinesis: 'K', segment: 'S' }
  const expected = VOICE_TYPES.map(({ type, group, title, sinks, status }) => {
    return `| \`${type.replace('com.twilio.voice.', '')}\` | ${group} ${title} | ${sinks.map((sink) => letters[sink]).join(' ')} | ${status}`
  })
  assert.deepEqual(rows.toSorted(), expected.toSorted())
})

test('the manual lists every refusal of the Event Streams API, and no other', () => {
  const documented = LINES.filter((line) => /^\| \d{5} \| \d{3} \|/.test(line))
  const expected = Object.values(streamErrorTable).map(
    ({ code, status, sentence }) => `| ${code} | ${status} | ${sentence} |`,
  )
  assert.deepEqual(documented.toSorted(), expected.toSorted())
})
