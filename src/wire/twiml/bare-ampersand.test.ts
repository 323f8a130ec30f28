import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findBareAmpersand } from './bare-ampersand.ts'

for (const [says, source, offset] of [
  ['an ampersand in text is found', '<a>b & c</a>', 5],
  ['the query string in an attribute is found at its ampersand', '<a u="?x=1&y=2"/>', 10],
  ['the five entities and character references are fine', '&amp;&lt;&gt;&quot;&apos;&#65;&#x41;', null],
  ['an entity of HTML is none of XML', 'a&nbsp;b', 1],
  ['a comment may hold any', '<!-- & -->', null],
  ['a CDATA section may hold any', '<![CDATA[ & ]]>&', 15],
  ['a processing instruction may hold any', '<?x & ?>', null],
  ['a comment that is never closed holds the rest', '<!-- & ', null],
  ['an entity cut off at the end is bare', '&am', 0],
] as const) {
  test(says, () => assert.equal(findBareAmpersand(source, source.length), offset))
}

test('an ampersand behind the place that was read is not looked at', () => {
  assert.equal(findBareAmpersand('ab & c', 2), null)
})
