import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type InboundMessage, MARK_NAME_LENGTH_MAX, MESSAGE_LENGTH_MAX, parseInbound } from './inbound-message.ts'

const SID = `MZ${'5'.repeat(32)}`
const media = (payload: unknown): string => JSON.stringify({ event: 'media', streamSid: SID, media: { payload } })
const mark = (name: unknown): string => JSON.stringify({ event: 'mark', streamSid: SID, mark: { name } })

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)

for (const [name, text, message] of [
  ['audio', media('/38AAQ=='), { event: 'media', streamSid: SID, ulaw: bytes(255, 127, 0, 1) }],
  ['audio without padding', media('/38AAQ'), { event: 'media', streamSid: SID, ulaw: bytes(255, 127, 0, 1) }],
  ['no audio', media(''), { event: 'media', streamSid: SID, ulaw: bytes() }],
  ['a mark', mark('end of greeting'), { event: 'mark', streamSid: SID, name: 'end of greeting' }],
  ['a mark without a name', mark(''), { event: 'mark', streamSid: SID, name: '' }],
  ['clear', `{"event":"clear","streamSid":"${SID}"}`, { event: 'clear', streamSid: SID }],
  ['white space around', ` {\n"streamSid": "${SID}", "event": "clear" }\n`, { event: 'clear', streamSid: SID }],
  [
    'fields that are not known',
    `{"event":"media","sequenceNumber":"9","streamSid":"${SID}","media":{"track":"outbound","timestamp":"4","payload":"/w=="}}`,
    { event: 'media', streamSid: SID, ulaw: bytes(255) },
  ],
  ['another stream', '{"event":"clear","streamSid":"MZ1"}', { event: 'clear', streamSid: 'MZ1' }],
] as const)
  test(`${name}: understood`, () => {
    const parsed = parseInbound(text)
    const plain = 'ulaw' in parsed ? { ...parsed, ulaw: Uint8Array.from(parsed.ulaw) } : parsed
    assert.deepEqual(plain, message satisfies InboundMessage)
  })

for (const [name, text, problem] of [
  ['nothing', '', 'message: "", expected a JSON object'],
  ['no JSON', 'hello', 'message: "hello", expected a JSON object'],
  ['half a message', '{"event":"clear"', 'message: "{\\"event\\":\\"clear\\"", expected a JSON object'],
  ['a list', '[1]', 'message: "[...]", expected a JSON object'],
  ['a number', '5', 'message: "5", expected a JSON object'],
  ['null', 'null', 'message: "null", expected a JSON object'],
  ['no event', '{}', 'event: "", expected media, mark or clear'],
  ['an event for the other side', '{"event":"dtmf"}', 'event: "dtmf", expected media, mark or clear'],
  ['an event of another case', '{"event":"Media"}', 'event: "Media", expected media, mark or clear'],
  ['an event that is no text', '{"event":["media"]}', 'event: "[...]", expected media, mark or clear'],
  ['an event of every object', '{"event":"toString"}', 'event: "toString", expected media, mark or clear'],
  ['no stream', '{"event":"clear"}', 'streamSid: "", expected the SID that start told'],
  [
    'a stream that is null',
    '{"event":"clear","streamSid":null}',
    'streamSid: "null", expected the SID that start told',
  ],
  ['no media', `{"event":"media","streamSid":"${SID}"}`, 'media: "", expected a JSON object'],
  ['media as text', `{"event":"media","streamSid":"${SID}","media":"/w=="}`, 'media: "/w==", expected a JSON object'],
  ['no payload', media(undefined), 'media.payload: "", expected µ-law in base64'],
  ['a payload of numbers', media([255, 255]), 'media.payload: "[...]", expected µ-law in base64'],
  ['a payload for URLs', media('_38A'), 'media.payload: "_38A", expected µ-law in base64'],
  ['a payload of one character too many', media('/38AA'), 'media.payload: "/38AA", expected µ-law in base64'],
  ['padding in the middle', media('/w==/w=='), 'media.payload: "/w==/w==", expected µ-law in base64'],
  ['too much padding', media('/w==='), 'media.payload: "/w===", expected µ-law in base64'],
  ['a payload with spaces', media('/w /w '), 'media.payload: "/w /w ", expected µ-law in base64'],
  ['a payload of other letters', media('/wé='), 'media.payload: "/wé=", expected µ-law in base64'],
  ['a mark that is a number', mark(7), 'mark.name: "7", expected text'],
  ['no mark', `{"event":"mark","streamSid":"${SID}"}`, 'mark: "", expected a JSON object'],
] as const)
  test(`${name}: a sentence`, () => assert.deepEqual(parseInbound(text), { problem }))

test('sizes have limits, and the sentence stays short', () => {
  const quotes = media('').length
  for (const [text, understood] of [
    [media('/'.repeat(MESSAGE_LENGTH_MAX - quotes - 4)), true],
    [media('/'.repeat(MESSAGE_LENGTH_MAX - quotes + 1)), false],
    [mark('n'.repeat(MARK_NAME_LENGTH_MAX)), true],
    [mark('n'.repeat(MARK_NAME_LENGTH_MAX + 1)), false],
    [`{"event":"clear","streamSid":"${'M'.repeat(101)}"}`, false],
    [JSON.stringify({ event: 'x'.repeat(10_000) }), false],
  ] as const) {
    const parsed = parseInbound(text)
    assert.equal(!('problem' in parsed), understood, JSON.stringify(parsed).slice(0, 100))
    if ('problem' in parsed) assert.ok(parsed.problem.length < 200, parsed.problem)
  }
})

test('what is nested a million deep is a sentence, too', () => {
  const deep = '['.repeat(1_000_000) + ']'.repeat(1_000_000)
  for (const text of [deep, `{"event":${deep}}`, `{"event":"media","streamSid":"${SID}","media":${deep}}`])
    assert.ok('problem' in parseInbound(text))
})

test('20,000 messages with something changed are understood or a sentence, never an exception', () => {
  let state = 31_950
  const below = (count: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * count)
  }
  const originals = [media('/38AAQ=='), mark('one'), `{"event":"clear","streamSid":"${SID}"}`]
  const pieces = [
    '{',
    '}',
    '[',
    ']',
    '"',
    ':',
    ',',
    '\\',
    '\\u0000',
    '\ud800',
    '=',
    'null',
    '1e999',
    '-',
    ' ',
    'é',
    '{}',
    '""',
  ]
  const counts = { understood: 0, sentences: 0 }
  for (let round = 0; round < 20_000; round++) {
    let text = originals[below(originals.length)]!
    for (let change = below(4); change >= 0; change--) {
      const from = below(text.length + 1)
      const to = Math.min(text.length, from + [0, 0, 1, 1, 2, 8][below(6)]!)
      const piece = [pieces[below(pieces.length)]!, String.fromCharCode(below(0x250)), text.slice(below(text.length))]
      text = text.slice(0, from) + piece[below(3)]! + text.slice(to)
    }
    const parsed = parseInbound(text)
    if ('problem' in parsed) {
      assert.match(parsed.problem, /^(message|event|streamSid|media|media\.payload|mark|mark\.name): ".*", expected /s)
      counts.sentences += 1
    } else {
      assert.equal(typeof parsed.streamSid, 'string')
      counts.understood += 1
    }
  }
  assert.ok(counts.understood > 500 && counts.sentences > 10_000, JSON.stringify(counts))
})
