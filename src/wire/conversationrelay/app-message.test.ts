import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AppMessage, MESSAGE_LENGTH_MAX, parseAppMessage } from './app-message.ts'

const PLAIN = { lang: null, interruptible: null, preemptible: null } as const
const text = (more: object): string => JSON.stringify({ type: 'text', token: 'Hi', ...more })
const play = (more: object): string => JSON.stringify({ type: 'play', source: 'https://a.example/b.mp3', ...more })

for (const [what, written, message] of [
  ['a token', '{"type":"text","token":" hello"}', { type: 'text', token: ' hello', last: false, ...PLAIN }],
  ['the last token', text({ last: true }), { type: 'text', token: 'Hi', last: true, ...PLAIN }],
  ['an empty one', text({ token: '', last: true }), { type: 'text', token: '', last: true, ...PLAIN }],
  [
    'everything about a token',
    text({ last: false, lang: 'sv-SE', interruptible: 'dtmf', preemptible: true }),
    { type: 'text', token: 'Hi', last: false, lang: 'sv-SE', interruptible: 'dtmf', preemptible: true },
  ],
  [
    'interruptible as true',
    text({ interruptible: true }),
    { type: 'text', token: 'Hi', last: false, ...PLAIN, interruptible: 'any' },
  ],
  [
    'interruptible as false',
    text({ interruptible: false }),
    { type: 'text', token: 'Hi', last: false, ...PLAIN, interruptible: 'none' },
  ],
  [
    'null for what is not said',
    text({ last: null, lang: null, interruptible: null, preemptible: null }),
    { type: 'text', token: 'Hi', last: false, ...PLAIN },
  ],
  ['fields that are not known', text({ voice: 'x', last: true }), { type: 'text', token: 'Hi', last: true, ...PLAIN }],
  [
    'a file',
    play({}),
    { type: 'play', source: 'https://a.example/b.mp3', loop: 1, interruptible: null, preemptible: null },
  ],
  [
    'a file for ever',
    play({ loop: 0, interruptible: 'speech', preemptible: false }),
    { type: 'play', source: 'https://a.example/b.mp3', loop: 1000, interruptible: 'speech', preemptible: false },
  ],
  [
    'a file too often',
    play({ loop: 5000 }),
    { type: 'play', source: 'https://a.example/b.mp3', loop: 1000, interruptible: null, preemptible: null },
  ],
  ['keys', '{"type":"sendDigits","digits":"9ww12*#"}', { type: 'sendDigits', digits: '9ww12*#' }],
  [
    'both languages',
    '{"type":"language","ttsLanguage":"sv-SE","transcriptionLanguage":"en-US"}',
    { type: 'language', ttsLanguage: 'sv-SE', transcriptionLanguage: 'en-US' },
  ],
  [
    'one language',
    '{"type":"language","ttsLanguage":"cmn-Hans-CN"}',
    { type: 'language', ttsLanguage: 'cmn-Hans-CN', transcriptionLanguage: null },
  ],
  ['the end', '{"type":"end"}', { type: 'end', handoffData: null }],
  ['the end with data', '{"type":"end","handoffData":"{\\"a\\":1}"}', { type: 'end', handoffData: '{"a":1}' }],
] as const)
  test(`${what}: understood`, () => assert.deepEqual(parseAppMessage(written), message satisfies AppMessage))

for (const [what, written, problem] of [
  ['nothing', '', 'message: "", expected a JSON object'],
  ['no JSON', 'hello', 'message: "hello", expected a JSON object'],
  ['half a message', '{"type":"end"', 'message: "{\\"type\\":\\"end\\"", expected a JSON object'],
  ['a list', '[1]', 'message: "[...]", expected a JSON object'],
  ['null', 'null', 'message: "null", expected a JSON object'],
  ['no type', '{}', 'type: "", expected text, play, sendDigits, language or end'],
  ['a type of the platform’s', '{"type":"prompt"}', 'type: "prompt", expected text, play, sendDigits, language or end'],
  ['a type of another case', '{"type":"Text"}', 'type: "Text", expected text, play, sendDigits, language or end'],
  [
    'a type of every object',
    '{"type":"toString"}',
    'type: "toString", expected text, play, sendDigits, language or end',
  ],
  ['a type that is a list', '{"type":["text"]}', 'type: "[...]", expected text, play, sendDigits, language or end'],
  ['no token', '{"type":"text"}', 'token: "", expected text'],
  ['a token that is a number', text({ token: 5 }), 'token: "5", expected text'],
  ['a token that is null', text({ token: null }), 'token: "null", expected text'],
  ['last as text', text({ last: 'true' }), 'last: "true", expected true or false'],
  ['a language that is none', text({ lang: 'English!' }), 'lang: "English!", expected a language tag such as en-US'],
  [
    'interruptible by nobody known',
    text({ interruptible: 'yes' }),
    'interruptible: "yes", expected true, false, none, dtmf, speech or any',
  ],
  ['preemptible as a number', text({ preemptible: 1 }), 'preemptible: "1", expected true or false'],
  ['no source', '{"type":"play"}', 'source: "", expected text'],
  ['a source without an address', play({ source: 'b.mp3' }), 'source: "b.mp3", expected an absolute http or https URL'],
  [
    'a source of the disk',
    play({ source: 'file:///etc/passwd' }),
    'source: "file:///etc/passwd", expected an absolute http or https URL',
  ],
  ['less than no loop', play({ loop: -1 }), 'loop: "-1", expected a whole number of at least 0'],
  ['half a loop', play({ loop: 1.5 }), 'loop: "1.5", expected a whole number of at least 0'],
  ['a loop as text', play({ loop: '2' }), 'loop: "2", expected a whole number of at least 0'],
  ['no keys', '{"type":"sendDigits","digits":""}', 'digits: "", expected 1 to 256 of 0-9 w # *'],
  ['letters as keys', '{"type":"sendDigits","digits":"12A"}', 'digits: "12A", expected 1 to 256 of 0-9 w # *'],
  ['no language', '{"type":"language"}', 'language: "", expected ttsLanguage, transcriptionLanguage or both'],
  ['handoffData that is no text', '{"type":"end","handoffData":{"a":1}}', 'handoffData: "{...}", expected text'],
] as const)
  test(`${what}: a sentence`, () => assert.deepEqual(parseAppMessage(written), { problem }))

test('sizes have limits, and the sentence stays short', () => {
  const frame = text({ token: '' }).length
  for (const [written, understood] of [
    [text({ token: 'x'.repeat(MESSAGE_LENGTH_MAX - frame) }), true],
    [text({ token: 'x'.repeat(MESSAGE_LENGTH_MAX - frame + 1) }), false],
    [`{"type":"sendDigits","digits":"${'1'.repeat(256)}"}`, true],
    [`{"type":"sendDigits","digits":"${'1'.repeat(257)}"}`, false],
    [play({ source: `https://a.example/${'b'.repeat(5000)}` }), false],
    [JSON.stringify({ type: 'x'.repeat(10_000) }), false],
    ['x'.repeat(5_000_000), false],
  ] as const) {
    const parsed = parseAppMessage(written)
    assert.equal(!('problem' in parsed), understood, JSON.stringify(parsed).slice(0, 100))
    if ('problem' in parsed) assert.ok(parsed.problem.length < 200, parsed.problem)
  }
})

test('what is nested deep is a sentence, too', () => {
  const deep = '['.repeat(20_000) + ']'.repeat(20_000)
  for (const written of [
    deep,
    `{"type":${deep}}`,
    `{"type":"text","token":${deep}}`,
    `{"type":"end","handoffData":${deep}}`,
  ])
    assert.ok('problem' in parseAppMessage(written))
})

test('20,000 messages with something changed are understood or a sentence, never an exception', () => {
  let state = 64_107
  const below = (count: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * count)
  }
  const originals = [
    text({ last: true, lang: 'en-US', interruptible: true }),
    play({ loop: 2 }),
    '{"type":"sendDigits","digits":"12#"}',
    '{"type":"language","ttsLanguage":"sv-SE"}',
    '{"type":"end","handoffData":"x"}',
  ]
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
    let written = originals[below(originals.length)]!
    for (let change = below(3); change >= 0; change--) {
      const from = below(written.length + 1)
      const to = Math.min(written.length, from + [0, 0, 1, 1, 2, 8][below(6)]!)
      const piece = [
        pieces[below(pieces.length)]!,
        String.fromCharCode(below(0x250)),
        written.slice(below(written.length)),
      ]
      written = written.slice(0, from) + piece[below(3)]! + written.slice(to)
    }
    const parsed = parseAppMessage(written)
    if ('problem' in parsed) {
      assert.match(parsed.problem, /^[a-zA-Z]+: ".*", expected /s)
      counts.sentences += 1
    } else {
      assert.equal(typeof parsed.type, 'string')
      counts.understood += 1
    }
  }
  assert.ok(counts.understood > 500 && counts.sentences > 10_000, JSON.stringify(counts))
})
