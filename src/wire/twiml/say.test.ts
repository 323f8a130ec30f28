import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testVerbs } from '../../../test/kit/verb-table.ts'
import { parseTwiml } from './parse-twiml.ts'
import { spokenText } from './say.ts'

testVerbs([
  {
    says: 'Say speaks once, as a man, in US English',
    twiml: '<Say>Hello</Say>',
    value: {
      verb: 'Say',
      position: { line: 1, column: 11 },
      voice: 'man',
      language: 'en-US',
      loop: 1,
      content: ['Hello'],
    },
  },
  {
    says: 'Say takes voice, language and loop',
    twiml: '<Say voice="alice" language="fr-CA" loop="3">Allô</Say>',
    value: { voice: 'alice', language: 'fr-CA', loop: 3 },
  },
  {
    says: 'a Polly voice speaks its own language',
    twiml: '<Say voice="Polly.Vicki-Neural">Hallo</Say>',
    value: { voice: 'Polly.Vicki-Neural', language: null },
  },
  {
    says: 'a Google voice has its language in its name',
    twiml: '<Say voice="Google.de-DE-Chirp3-HD-Aoede">Hallo</Say>',
    value: { voice: 'Google.de-DE-Chirp3-HD-Aoede', language: 'de-DE' },
  },
  { says: 'loop 0 is until hang-up, at most 1000 times', twiml: '<Say loop="0">Hello</Say>', value: { loop: 1000 } },
  { says: 'a loop beyond 1000 is cut to it', twiml: '<Say loop="5000">Hello</Say>', value: { loop: 1000 } },
  {
    says: 'a loop that is no number is 13510, and once',
    twiml: '<Say loop="-1">Hello</Say>',
    value: { loop: 1 },
    warns: [13510],
  },
  {
    says: 'an unknown voice is 13511, and the default speaks',
    twiml: '<Say voice="robot">Hello</Say>',
    value: { voice: 'man' },
    warns: [13511],
  },
  {
    says: 'a language that is none is 13512',
    twiml: '<Say language="english">Hello</Say>',
    value: { language: 'en-US' },
    warns: [13512],
  },
  { says: 'nothing to say is 13520', twiml: '<Say/>', value: null, warns: [13520] },
  { says: 'white space is nothing to say', twiml: '<Say> \n </Say>', value: null, warns: [13520] },
  { says: 'empty markup is nothing to say', twiml: '<Say><p> </p></Say>', value: null, warns: [13520] },
  {
    says: 'a pause alone is something to say',
    twiml: '<Say><p><break time="2s"/></p></Say>',
    value: { content: [{ tag: 'p', content: [{ tag: 'break', timeMs: 2000, strength: null, content: [] }] }] },
  },
  {
    says: 'speech markup is kept as a tree',
    twiml:
      '<Say>a <emphasis level="strong">b <w role="amazon:VB">read</w></emphasis><prosody rate="90%" pitch="-10%" volume="+6dB">c</prosody></Say>',
    value: {
      content: [
        'a ',
        { tag: 'emphasis', level: 'strong', content: ['b ', { tag: 'w', role: 'amazon:VB', content: ['read'] }] },
        { tag: 'prosody', rate: '90%', pitch: '-10%', volume: '+6dB', content: ['c'] },
      ],
    },
  },
  {
    says: 'the attributes of all other tags are read',
    twiml:
      '<Say><lang xml:lang="de-DE">x</lang><phoneme alphabet="ipa" ph="pɪˈkɑːn">p</phoneme><say-as interpret-as="date" format="mdy">1/2/3</say-as><sub alias="a">b</sub><s>c</s><break strength="weak"/></Say>',
    value: {
      content: [
        { tag: 'lang', language: 'de-DE' },
        { tag: 'phoneme', alphabet: 'ipa', ph: 'pɪˈkɑːn' },
        { tag: 'say-as', interpretAs: 'date', format: 'mdy' },
        { tag: 'sub', alias: 'a', content: ['b'] },
        { tag: 's', content: ['c'] },
        { tag: 'break', strength: 'weak', timeMs: null },
      ],
    },
  },
  {
    says: 'a wrong value in markup is 12200 and ignored',
    twiml: '<Say>a<break time="1 min" strength="huge"/></Say>',
    value: { content: ['a', { timeMs: null, strength: null }] },
    warns: [12200, 12200],
  },
  {
    says: 'a pause beyond ten seconds is ignored',
    twiml: '<Say>a<break time="10001ms"/></Say>',
    value: { content: ['a', { timeMs: null }] },
    warns: [12200],
  },
  {
    says: 'an unknown tag is 12200, its text is kept',
    twiml: '<Say>a <b>bold <sub alias="c">d</sub></b></Say>',
    value: { content: ['a ', 'bold ', { tag: 'sub', alias: 'c' }] },
    warns: [12200],
  },
  {
    says: 'markup in the wrong case is 12200, its text is kept',
    twiml: '<Say><Emphasis>now</Emphasis></Say>',
    value: { content: ['now'] },
    warns: [12200],
  },
  {
    says: 'markup where it may not stand is 12200, its text is kept',
    twiml: '<Say><say-as interpret-as="digits">1<emphasis>2</emphasis></say-as></Say>',
    value: { content: [{ tag: 'say-as', content: ['1', '2'] }] },
    warns: [12200],
  },
  {
    says: 'a verb inside Say is 12200, its text is kept',
    twiml: '<Say>a <Play>b</Play></Say>',
    value: { content: ['a ', 'b'] },
    warns: [12200],
  },
  {
    says: 'text in a pause is ignored',
    twiml: '<Say>a<break>b</break></Say>',
    value: { content: ['a', { tag: 'break', content: [] }] },
    warns: [12200],
  },
  {
    says: '4096 characters are spoken by a basic voice',
    twiml: `<Say>${'a'.repeat(4096)}</Say>`,
    value: { verb: 'Say' },
  },
  {
    says: '4097 characters are too many for a basic voice',
    twiml: `<Say>${'a'.repeat(4097)}</Say>`,
    value: null,
    warns: [13521],
  },
  {
    says: 'Polly speaks 3000 characters, its markup not counted',
    twiml: `<Say voice="Polly.Amy"><p>${'a'.repeat(3000)}</p></Say>`,
    value: { verb: 'Say' },
  },
  {
    says: '3001 characters are too many for Polly',
    twiml: `<Say voice="Polly.Amy">${'a'.repeat(3001)}</Say>`,
    value: null,
    warns: [13521],
  },
  {
    says: 'Google counts markup and white space: 5000',
    twiml: `<Say voice="Google.en-US-Standard-A"><p>${'a'.repeat(10)}${' '.repeat(4983)}</p></Say>`,
    value: { verb: 'Say' },
  },
  {
    says: '5001 are too many for Google',
    twiml: `<Say voice="Google.en-US-Standard-A"><p>${'a'.repeat(10)}${' '.repeat(4984)}</p></Say>`,
    value: null,
    warns: [13521],
  },
  { says: '4500 URL-encoded characters are spoken', twiml: `<Say>${'é'.repeat(750)}</Say>`, value: { verb: 'Say' } },
  {
    says: 'more than 4500 URL-encoded characters are too many',
    twiml: `<Say>${'é'.repeat(751)}</Say>`,
    value: null,
    warns: [13521],
  },
  {
    says: 'a space is one character when URL-encoded',
    twiml: `<Say>${'a '.repeat(2000)}</Say>`,
    value: { verb: 'Say' },
  },
])

for (const [says, content, words] of [
  ['white space collapses', ' Hello,\n   <!-- x -->world ', 'Hello, world'],
  ['sub is heard by its alias', '<sub alias="World Wide Web">WWW</sub> yes', 'World Wide Web yes'],
  ['a pause leaves no words, but parts them', 'one<break/>two', 'one two'],
  ['paragraphs and sentences part words', '<p><s>One.</s><s>Two.</s></p><p>Three</p>', 'One. Two. Three'],
  [
    'other markup is transparent',
    'a<emphasis>b</emphasis><prosody rate="slow">c <lang xml:lang="fr-FR">d</lang></prosody>',
    'abc d',
  ],
  ['entities and CDATA are text', '&lt;3 <![CDATA[& more]]>', '<3 & more'],
] as const) {
  test(`in spoken text ${says}`, () => {
    const parsed = parseTwiml(`<Response><Say voice="Polly.Amy">${content}</Say></Response>`)
    assert.ok(parsed.ok)
    const [say] = parsed.verbs
    assert.ok(say?.verb === 'Say')
    assert.equal(spokenText(say), words)
  })
}
