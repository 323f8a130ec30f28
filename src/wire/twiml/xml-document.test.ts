import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  ATTRIBUTE_LENGTH_MAX,
  ATTRIBUTES_PER_ELEMENT_MAX,
  DEPTH_MAX,
  ELEMENTS_MAX,
  parseXmlDocument,
  TEXT_LENGTH_MAX,
} from './xml-document.ts'

const MALFORMED = [
  ['an empty document', '', 12100, 1, 1],
  ['a document of white space', ' \n\t', 12100, 1, 1],
  ['plain text', 'Hello', 12100, 1, 1],
  ['JSON', '{"say": "hello"}', 12100, 1, 1],
  ['a declaration and nothing else', '<?xml version="1.0"?>', 12100, 1, 21],
  ['a space before the declaration', ' <?xml version="1.0"?><R/>', 12100, 1, 2],
  ['a blank line before the declaration', '\n<?xml version="1.0"?><R/>', 12100, 2, 1],
  ['a comment before the declaration', '<!-- x --><?xml version="1.0"?><R/>', 12100, 1, 11],
  ['XML version 2.0', '<?xml version="2.0"?><R/>', 12101, 1, 1],
  ['XML version 1.2', '<?xml version="1.2"?><R/>', 12101, 1, 1],
  ['a declaration without a version', '<?xml encoding="UTF-8"?><R/>', 12100, 1, 15],
  ['an element never closed', '<R>\n  <Say>hello\n', 12100, 2, 3],
  ['the outermost element never closed', '<R>\n  <Say>hello</Say>\n', 12100, 1, 1],
  ['a tag cut off', '<R>\n  <Say voice="m', 12100, 2, 3],
  ['elements closed in the wrong order', '<R>\n<a><b></a></b></R>', 12100, 2, 7],
  ['a closing tag that closes nothing', '</R>', 12100, 1, 1],
  ['a closing tag in the wrong case', '<R><Say>x</say></R>', 12100, 1, 10],
  ['a bare ampersand in text', '<R>\n <Say>Tom & Jerry; &amp;</Say></R>', 12100, 2, 11],
  ['a bare ampersand in a URL, semicolon far behind', '<R>\n<P>http://x/?a=1&b=2</P>\n<S>x;</S></R>', 12100, 2, 17],
  ['a bare ampersand in an attribute', '<R><G action="/x?a=1&b=2"/></R>', 12100, 1, 21],
  ['an ampersand at the very end of the text', '<R><Say>AT&</Say></R>', 12100, 1, 11],
  ['an entity of HTML', '<R><Say>a&nbsp;b</Say></R>', 12100, 1, 10],
  ['an ampersand after an emoji and a comment that holds one', '<R><!-- & -->😀&</R>', 12100, 1, 16],
  ['a reference to character zero', '<R>a&#0;</R>', 12100, 1, 5],
  ['a raw less-than sign in text', '<R><Say>1 < 2</Say></R>', 12100, 1, 11],
  ['a raw less-than sign in an attribute', '<R a="1<2"/>', 12100, 1, 8],
  ['an attribute without quotes', '<R><G timeout=5/></R>', 12100, 1, 15],
  ['an attribute without a value', '<R><Say loop>x</Say></R>', 12100, 1, 13],
  ['a quote never closed', '<R>\n<Say voice="man>x</Say></R>', 12100, 2, 18],
  ['an attribute twice', '<R>\n <Say loop="1" loop="2">x</Say></R>', 12100, 2, 2],
  ['two attributes without a space between', '<R a="1"b="2"/>', 12100, 1, 9],
  ['two outermost elements', '<R/>\n<R/>', 12100, 2, 1],
  ['text after the outermost element', '<R/>\n oops', 12100, 2, 2],
  ['text before the outermost element', 'oops <R/>', 12100, 1, 1],
  ['text after the outermost element and a comment', '<R><a/></R><!-- x -->\n;', 12100, 2, 1],
  ['a comment with two dashes', '<R><!-- a -- b --></R>', 12100, 1, 13],
  ['a CDATA section never closed', '<R><![CDATA[x</R>', 12100, 1, 1],
  ['the end of a CDATA section in text', '<R>a]]>b</R>', 12100, 1, 7],
  ['a control character', '<R>a\u0007</R>', 12100, 1, 5],
  ['half a surrogate pair', '<R>a\uD83D</R>', 12100, 1, 5],
  ['a document type', '<!DOCTYPE html>\n<R/>', 12100, 1, 1],
  ['a document type with entities', '<?xml version="1.0"?>\n <!DOCTYPE R [<!ENTITY a "b">]><R>&a;</R>', 12100, 2, 2],
  ['an entity from a file', '<!DOCTYPE R [<!ENTITY a SYSTEM "file:///etc/passwd">]><R>&a;</R>', 12100, 1, 1],
  ['a PHP error before the document', '<b>Warning</b>: x <R/>', 12100, 1, 15],
] as const

for (const [what, text, code, line, column] of MALFORMED) {
  test(`${what} is refused at its place`, () => {
    const parsed = parseXmlDocument(text)
    assert.ok(!parsed.ok)
    const { message, ...rest } = parsed
    assert.deepEqual(rest, { ok: false, code, line, column }, message)
    assert.notEqual(message, '')
  })
}

function rootOf(text: string) {
  const parsed = parseXmlDocument(text)
  assert.ok(parsed.ok, JSON.stringify(parsed))
  return parsed.root
}

for (const [what, text] of [
  ['a declaration', '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<R/>'],
  ['XML 1.1', '<?xml version="1.1"?><R/>'],
  ['no declaration, white space first', '\n  <R/>'],
  ['a byte order mark', '\uFEFF<R/>'],
  ['a byte order mark before the declaration', '\uFEFF<?xml version="1.0"?><R/>'],
  ['comments and processing instructions anywhere', '<!-- a --><?b c?><R><!-- d --><?e f & ?></R><!-- g -->\n'],
] as const) {
  test(`${what} is accepted`, () => {
    const root = rootOf(text)
    assert.equal(root.name, 'R')
    assert.deepEqual(root.content, [])
  })
}

test('text keeps its white space, entities are resolved, CDATA is text, comments leave nothing', () => {
  const { content } = rootOf('<R> a &lt;&#66;&#x43;&amp; <!-- no --><![CDATA[<d> & ]]>e\r\n</R>')
  assert.equal(content.join('|'), ' a <BC& |<d> & |e\n')
})

test('an element knows its place, its attributes and the length of what it encloses', () => {
  const root = rootOf('\uFEFF<R>\r\n  <Say voice="a&quot;b"\n  loop=\'2\'>x<b/></Say></R>')
  const say = root.content.find((part) => typeof part !== 'string')
  assert.ok(say)
  assert.deepEqual(say.position, { line: 2, column: 3 })
  assert.deepEqual(
    [...say.attributes],
    [
      ['voice', 'a"b'],
      ['loop', '2'],
    ],
  )
  assert.equal(say.innerLength, 'x<b/>'.length)
})

test('an attribute named like a property of every object is just an attribute', () => {
  assert.deepEqual(
    [...rootOf('<R __proto__="a" constructor="b"/>').attributes],
    [
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ],
  )
})

const nested = (depth: number) => '<a>'.repeat(depth) + '</a>'.repeat(depth)
const many = (elements: number) => `<R>${'<a/>'.repeat(elements - 1)}</R>`
const attributes = (count: number) => `<R ${Array.from({ length: count }, (_, index) => `a${index}="x"`).join(' ')}/>`
const longAttribute = (length: number) => `<R a="${'x'.repeat(length)}"/>`
const longText = (length: number) => `<R>${'x'.repeat(length - 7)}</R>`

for (const [what, atLimit, over, message] of [
  ['depth', nested(DEPTH_MAX), nested(DEPTH_MAX + 1), /nested more than 16/],
  ['elements', many(ELEMENTS_MAX), many(ELEMENTS_MAX + 1), /More than 2000 elements/],
  [
    'attributes on one element',
    attributes(ATTRIBUTES_PER_ELEMENT_MAX),
    attributes(ATTRIBUTES_PER_ELEMENT_MAX + 1),
    /More than 64 attributes/,
  ],
  [
    'length of an attribute',
    longAttribute(ATTRIBUTE_LENGTH_MAX),
    longAttribute(ATTRIBUTE_LENGTH_MAX + 1),
    /at most 8192/,
  ],
  ['length of the document', longText(TEXT_LENGTH_MAX), longText(TEXT_LENGTH_MAX + 1), /at most 65536/],
] as const) {
  test(`the limit on ${what} is exact and names itself`, () => {
    assert.ok(parseXmlDocument(atLimit).ok)
    const parsed = parseXmlDocument(over)
    assert.ok(!parsed.ok)
    assert.equal(parsed.code, 12100)
    assert.match(parsed.message, message)
  })
}

test('the element that goes too deep is the one pointed at', () => {
  const parsed = parseXmlDocument(nested(DEPTH_MAX + 1))
  assert.deepEqual(!parsed.ok && [parsed.line, parsed.column], [1, 3 * DEPTH_MAX + 1])
})

const laughs = ['<!DOCTYPE R [<!ENTITY a0 "ha">']
for (let step = 1; step <= 30; step++) laughs.push(`<!ENTITY a${step} "${`&a${step - 1};`.repeat(10)}">`)

for (const [what, text] of [
  ['a billion laughs', `${laughs.join('\n')}]><R>&a30;</R>`],
  ['ten thousand nested elements', nested(10_000)],
  ['a megabyte in one attribute', longAttribute(1_000_000)],
  ['a hundred thousand siblings', many(100_000)],
  ['thirty thousand ampersands', `<R>${'&'.repeat(30_000)}</R>`],
  ['sixty thousand less-than signs', '<'.repeat(60_000)],
  ['sixty thousand characters of opened comments', '<!--'.repeat(15_000)],
  ['an endless name', `<R><${'a'.repeat(60_000)}`],
  ['many duplicates of an attribute', `<R ${'a="" '.repeat(10_000)}/>`],
] as const) {
  test(`${what}: refused with a short message`, () => {
    const parsed = parseXmlDocument(text)
    assert.ok(!parsed.ok)
    assert.equal(parsed.code, 12100)
    assert.ok(parsed.message.length < 300)
  })
}
