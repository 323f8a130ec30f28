import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PARAMETERS_MAX, parseParameters, writeParameters } from './parameters.ts'

const SAMPLES: readonly (readonly [text: string, parameters: [string, string | null][] | null, written?: string])[] = [
  ['', []],
  [';lr', [['lr', null]]],
  [
    ' ; Tag = 98asjd8 ;lr ',
    [
      ['tag', '98asjd8'],
      ['lr', null],
    ],
    ';tag=98asjd8;lr',
  ],
  [
    ';q=0.33;expires="3600"',
    [
      ['q', '0.33'],
      ['expires', '3600'],
    ],
    ';q=0.33;expires=3600',
  ],
  [';received=2001:db8::9:1', [['received', '2001:db8::9:1']]],
  [';received=[2001:db8::9:1]', [['received', '[2001:db8::9:1]']]],
  [';+sip.instance="<urn:uuid:1>"', [['+sip.instance', '<urn:uuid:1>']]],
  [';+sip.rendering="no"', [['+sip.rendering', 'no']]],
  [';branch=z9hG4bK/a@b==', [['branch', 'z9hG4bK/a@b==']]],
  [';x="a \\"b\\" \\\\;c=d"', [['x', 'a "b" \\;c=d']]],
  [';x=""', [['x', '']]],
  [';x="работающий"', [['x', 'работающий']]],
  [';', null],
  [';;', null],
  [';a;', null],
  [';tag=', null],
  [';tag=a b', null],
  [';tag=a;TAG=b', null],
  [';x="never ends', null],
  [';x="never ends\\"', null],
  ['tag=a', null],
]

for (const [text, expected, written] of SAMPLES)
  test(`parameters ${text || 'of nothing'}`, () => {
    const parameters = parseParameters(text)
    assert.deepEqual(parameters && [...parameters], expected)
    if (parameters !== null) assert.equal(writeParameters(parameters), written ?? text)
  })

test('more parameters than anybody has are none', () => {
  const many = (count: number) => Array.from({ length: count }, (_, at) => `;p${at}`).join('')
  assert.equal(parseParameters(many(PARAMETERS_MAX))?.size, PARAMETERS_MAX)
  assert.equal(parseParameters(many(PARAMETERS_MAX + 1)), null)
})

test('a line end does not get out of a parameter', () => {
  assert.equal(writeParameters(new Map([['x', 'a\r\nVia: b']])), ';x="a Via: b"')
})
