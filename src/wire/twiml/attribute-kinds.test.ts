import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as kinds from './attribute-kinds.ts'
import type { Attribute } from './attributes.ts'

const code = 1
for (const [kind, attribute, cases] of [
  [
    'a boolean',
    kinds.boolean('x', { otherwise: false, code }),
    { true: true, ' FALSE ': false, True: true, yes: undefined, 1: undefined, '': undefined, constructor: undefined },
  ],
  [
    'a whole number from 1 to 600',
    kinds.integer('x', { min: 1, max: 600, otherwise: 5, code }),
    {
      1: 1,
      600: 600,
      ' 007 ': 7,
      0: undefined,
      601: undefined,
      '-1': undefined,
      '1.5': undefined,
      '1e2': undefined,
      '': undefined,
      '١': undefined,
      9999999999: undefined,
    },
  ],
  [
    'a number or auto',
    kinds.integerOrAuto('x', { min: 1, max: 9, code }),
    { auto: 'auto', 3: 3, 10: undefined, Auto: undefined },
  ],
  ['a loop', kinds.loop(code), { 0: 1000, 1: 1, 1000: 1000, 1001: 1000, '-1': undefined, twice: undefined }],
  [
    'one word of several',
    kinds.oneOf('x', ['small', 'large'], { otherwise: 'small', code, aliases: { true: 'large' } }),
    { small: 'small', ' large ': 'large', true: 'large', Small: undefined, '': undefined, toString: undefined },
  ],
  [
    'a list of words',
    kinds.tokens('x', ['dtmf', 'speech'], { otherwise: [], code }),
    {
      'speech dtmf': ['speech', 'dtmf'],
      ' dtmf\n dtmf ': ['dtmf'],
      'dtmf,speech': undefined,
      '': undefined,
      'dtmf voice': undefined,
    },
  ],
  ['a URL', kinds.url('x'), { ' /a?b=c ': '/a?b=c', '': '', '../x': '../x' }],
  ['a method', kinds.method('x', { code }), { GET: 'GET', ' post ': 'POST', PUT: undefined, '': undefined }],
  ['tones', kinds.tones('x', code), { '1w2W#*AD': '1w2W#*AD', a: undefined, '': undefined, '1 2': undefined }],
  [
    'a language',
    kinds.language('x', { otherwise: null, code }),
    { 'en-US': 'en-US', arb: 'arb', 'en-GB-WLS': 'en-GB-WLS', english: undefined, en_US: undefined, '': undefined },
  ],
  ['text with a limit', kinds.text('x', { max: 3, code }), { abc: 'abc', ' a ': ' a ', abcd: undefined }],
  [
    'a SID',
    kinds.sid('x', 'CA', code),
    { [`CA${'0a'.repeat(16)}`]: `CA${'0a'.repeat(16)}`, [`CF${'0a'.repeat(16)}`]: undefined, CA12: undefined },
  ],
] as const satisfies readonly (readonly [string, Attribute<unknown>, Record<string, unknown>])[]) {
  for (const [text, value] of Object.entries(cases)) {
    test(`${kind}: ${JSON.stringify(text)} is ${value === undefined ? 'refused' : JSON.stringify(value)}`, () => {
      assert.deepEqual(attribute.parse(text), value)
    })
  }
}
