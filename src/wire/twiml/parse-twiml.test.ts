import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseTwiml } from './parse-twiml.ts'
import { WARNINGS_MAX } from './report.ts'

const RICH = `\uFEFF<?xml version="1.0" encoding="UTF-8"?>
<!-- a bit of everything -->
<Response>
  <Say voice="Polly.Joanna" loop="2">Grüß <say-as interpret-as="digits">12</say-as> &amp; 😀 <break time="1s"/></Say>
  <Gather input="dtmf speech" numDigits="4" finishOnKey="" action="/menu?a=1&amp;b=2"><Play>/a.mp3</Play><Pause/></Gather>
  <Dial callerId="+14155551212" record="true"><Number sendDigits="w1">(415) 555-1213</Number>
    <Sip username="a" password="b">bob@example.com?x-a=1</Sip></Dial>
  <Enqueue waitUrl="">support<Task priority="1">{"a":1}</Task></Enqueue>
  <Start><Stream url="wss://example.com/s"><Parameter name="a" value="b"/></Stream></Start>
  <Pay><Prompt for="security-code" attempt="1 2"><Say>Code?</Say></Prompt></Pay>
  <![CDATA[]]><Redirect method="GET">../next</Redirect>
</Response>
`

const VERBS_OF_RICH = ['Say', 'Gather', 'Dial', 'Enqueue', 'Start', 'Pay', 'Redirect']

test('a document with a bit of everything has no warnings, and its verbs in order', () => {
  const parsed = parseTwiml(RICH)
  assert.ok(parsed.ok)
  assert.deepEqual(parsed.warnings, [])
  assert.deepEqual(
    parsed.verbs.map(({ verb }) => verb),
    VERBS_OF_RICH,
  )
})

test('verbs know where they stand, behind a byte order mark and characters of several bytes', () => {
  const parsed = parseTwiml(RICH)
  assert.ok(parsed.ok)
  assert.deepEqual(
    parsed.verbs.map(({ position }) => [position.line, position.column]),
    [
      [4, 3],
      [5, 3],
      [6, 3],
      [8, 3],
      [9, 3],
      [10, 3],
      [11, 15],
    ],
  )
})

test('the same document cut anywhere is an error with a place, never an exception', () => {
  const bytes = Buffer.from(RICH)
  const end = bytes.indexOf('</Response>') + '</Response>'.length
  for (let length = 0; length < end; length++) {
    const parsed = parseTwiml(bytes.subarray(0, length).toString())
    assert.ok(!parsed.ok, `whole after ${length} bytes`)
    assert.equal(parsed.code, 12100)
    assert.ok(parsed.line >= 1 && parsed.column >= 1)
  }
  assert.ok(parseTwiml(bytes.subarray(0, end).toString()).ok)
})

test('the same document with any byte spoilt is a value or an error, never an exception', () => {
  const bytes = Buffer.from(RICH)
  for (let index = 0; index < bytes.length; index++) {
    for (const spoilt of ['<', '&', '"', '\0', '\uFFFD']) {
      const parsed = parseTwiml(bytes.toString('latin1', 0, index) + spoilt + bytes.toString('latin1', index + 1))
      assert.ok(parsed.ok || parsed.code === 12100 || parsed.code === 12101 || parsed.code === 12102)
    }
  }
})

for (const [says, text, code, line, column] of [
  ['another outermost element is 12102', '<?xml version="1.0"?>\n  <html><body/></html>', 12102, 2, 3],
  ['the outermost element in the wrong case is 12102', '<response/>', 12102, 1, 1],
  ['a web page that is no XML is 12100', '<html><br></html>', 12100, 1, 11],
  ['an XML version that does not exist is 12101', '<?xml version="3.0"?><Response/>', 12101, 1, 1],
] as const) {
  test(says, () => {
    const parsed = parseTwiml(text)
    assert.ok(!parsed.ok)
    assert.deepEqual([parsed.code, parsed.line, parsed.column], [code, line, column])
  })
}

test('an empty response is no verbs and no warnings', () => {
  assert.deepEqual(parseTwiml('<Response/>'), { ok: true, verbs: [], warnings: [] })
})

for (const [says, text, verbs, warnings] of [
  [
    'an unknown verb is skipped with what it encloses',
    '<Response>\n <Shout><Dial/></Shout>\n <Hangup/></Response>',
    ['Hangup'],
    [[12200, 2, 2]],
  ],
  ['a verb in the wrong case is skipped', '<Response><hangup/><Leave/></Response>', ['Leave'], [[12200, 1, 11]]],
  ['a messaging verb is skipped', '<Response><Message>hi</Message></Response>', [], [[12200, 1, 11]]],
  ['text between verbs is ignored', '<Response>\n Hello <Leave/></Response>', ['Leave'], [[12200, 1, 1]]],
  ['an attribute of the response is ignored', '<Response version="2"><Leave/></Response>', ['Leave'], [[12200, 1, 1]]],
  ['an unknown attribute is ignored', '<Response>\n\n  <Pause seconds="3"/></Response>', ['Pause'], [[12200, 3, 3]]],
  [
    'an attribute in the wrong case is ignored',
    '<Response><Pause Length="3"/></Response>',
    ['Pause'],
    [[12200, 1, 11]],
  ],
  [
    'a namespace is ignored',
    '<Response xmlns="urn:x"><x:Say>a</x:Say></Response>',
    [],
    [
      [12200, 1, 1],
      [12200, 1, 25],
    ],
  ],
  [
    'a verb inside a verb without children is skipped',
    '<Response><Pause>\n<Say>x</Say></Pause></Response>',
    ['Pause'],
    [[12200, 2, 1]],
  ],
  ['a response inside a response is skipped', '<Response><Response/></Response>', [], [[12200, 1, 11]]],
  [
    'names of every object are no verbs',
    '<Response><constructor/><toString/></Response>',
    [],
    [
      [12200, 1, 11],
      [12200, 1, 25],
    ],
  ],
  [
    'warnings come in document order',
    '<Response><Pause length="x"/><Foo/>\n<Pause length="0"/></Response>',
    ['Pause', 'Pause'],
    [
      [13910, 1, 11],
      [12200, 1, 30],
      [13910, 2, 1],
    ],
  ],
] as const) {
  test(says, () => {
    const parsed = parseTwiml(text)
    assert.ok(parsed.ok)
    assert.deepEqual(
      parsed.verbs.map(({ verb }) => verb),
      verbs,
    )
    assert.deepEqual(
      parsed.warnings.map((warning) => [warning.code, warning.line, warning.column]),
      warnings,
    )
  })
}

test('a warning says what, which value, what was expected and what is used', () => {
  const parsed = parseTwiml(`<Response><Gather timeout="soon" numdigits="1" numDigits="${'9'.repeat(80)}"/></Response>`)
  assert.ok(parsed.ok)
  assert.deepEqual(
    parsed.warnings.map(({ message }) => message),
    [
      '<Gather> has no attribute "numdigits" (names are case-sensitive: numDigits); it is ignored',
      '<Gather> timeout: "soon", expected a whole number from 1 to 86400; 5 is used',
      `<Gather> numDigits: "${'9'.repeat(57)}...", expected a whole number of at least 1; it is ignored`,
    ],
  )
})

test('a document full of mistakes has a hundred warnings', () => {
  const parsed = parseTwiml(`<Response>${'<Foo/>'.repeat(1500)}<Hangup/></Response>`)
  assert.ok(parsed.ok)
  assert.equal(parsed.warnings.length, WARNINGS_MAX)
  assert.deepEqual(
    parsed.verbs.map(({ verb }) => verb),
    ['Hangup'],
  )
})

test('names of any length are cut in messages', () => {
  const name = 'x'.repeat(50_000)
  const texts = [
    `<${name}/>`,
    `<Response><${name}/></Response>`,
    `<Response><Say><${name}>a</${name}></Say></Response>`,
    `<Response><Pause ${name}=""/></Response>`,
  ]
  for (const text of texts) {
    const parsed = parseTwiml(text)
    const [message = ''] = parsed.ok ? parsed.warnings.map((warning) => warning.message) : [parsed.message]
    assert.ok(message.length > 0 && message.length < 300, message.slice(0, 300))
  }
})
