import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseTwiml, type Say, spokenText } from '../../wire/twiml/index.ts'
import { planSpeech, type SpeechPart } from './plan-speech.ts'

function read(inner: string, attributes = 'voice="Polly.Joanna"'): Say {
  const parsed = parseTwiml(`<Response><Say ${attributes}>${inner}</Say></Response>`)
  assert.ok(parsed.ok)
  const say = parsed.verbs[0]
  assert.ok(say?.verb === 'Say', 'it is spoken')
  return say
}
const planned = (inner: string, attributes?: string) => planSpeech(read(inner, attributes))

/** A part in short: words with what is not as usual about them, or the length of a pause. */
function inShort(part: SpeechPart): string | number {
  if (part.part === 'pause') return part.lengthMs
  const { text, voice, rate, pitch } = part.words
  const unusual = [
    voice.language === 'en-US' ? '' : ` ${voice.language}`,
    rate === 1 ? '' : ` rate ${rate}`,
    pitch === 1 ? '' : ` pitch ${pitch}`,
    part.volumeDb === 0 ? '' : ` ${part.volumeDb} dB`,
  ]
  return `${text}${unusual.join('')}`
}

function testPlans(rows: readonly (readonly [inner: string, ...parts: (string | number)[]])[]) {
  for (const [inner, ...parts] of rows)
    test(`${inner} is planned as ${JSON.stringify(parts)}`, () => {
      assert.deepEqual(planned(inner).map(inShort), parts)
    })
}

test('words have a voice, a rate, a pitch and a loudness', () => {
  assert.deepEqual(planned(' Hello,\n  world ', 'voice="Polly.Hans" language="de-AT"'), [
    {
      part: 'words',
      words: {
        text: 'Hello, world',
        voice: { name: 'Polly.Hans', gender: 'male', language: 'de-AT' },
        rate: 1,
        pitch: 1,
      },
      volumeDb: 0,
    },
  ])
})

test('the basic voices read markup too', () => {
  assert.deepEqual(planned('a<break time="1s"/>b', 'voice="alice"').map(inShort), ['a', 1000, 'b'])
})

test('nothing to say is no part', () => {
  for (const content of [[], [''], [' \n '], ['...', ' !'], [{ tag: 'p', content: [' '] }]] as const)
    assert.deepEqual(planSpeech({ content, voice: 'man', language: null }), [])
})

testPlans([
  // break
  ['a<break/>b', 'a', 250, 'b'],
  ['a<break strength="none"/>b', 'a b'],
  ['a<break strength="x-weak"/>b', 'a b'],
  ['a<break strength="weak"/>b', 'a', 250, 'b'],
  ['a<break strength="medium"/>b', 'a', 250, 'b'],
  ['a<break strength="strong"/>b', 'a', 500, 'b'],
  ['a<break strength="x-strong"/>b', 'a', 1000, 'b'],
  ['a<break time="1.5s"/>b', 'a', 1500, 'b'],
  ['a<break time="250ms" strength="x-strong"/>b', 'a', 250, 'b'],
  ['a<break time="0s"/>b', 'a b'],
  ['<break time="2s"/>', 2000],
  ['a<break time="10s"/> <break time="10s"/>b', 'a', 20_000, 'b'],
  // p and s
  ['<s>One.</s><s>Two.</s>', 'One.', 500, 'Two.', 500],
  ['<p>One.</p><p>Two.</p>after', 'One.', 1000, 'Two.', 1000, 'after'],
  ['<p><s>One.</s><s>Two.</s></p>', 'One.', 500, 'Two.', 1000],
  ['<p> </p>a', 'a'],
  ['a<p>b<break time="3s"/></p>c', 'a b', 3000, 'c'],
  ['<s>a<break time="300ms"/></s>b', 'a', 500, 'b'],
  // emphasis
  ['a <emphasis>b</emphasis> c', 'a', 'b rate 0.92 3 dB', 'c'],
  ['<emphasis level="strong">b</emphasis>', 'b rate 0.85 6 dB'],
  ['<emphasis level="moderate">b</emphasis>', 'b rate 0.92 3 dB'],
  ['<emphasis level="reduced">b</emphasis>', 'b rate 1.1 -3 dB'],
  ['a <emphasis>b</emphasis>, c', 'a', 'b, rate 0.92 3 dB', 'c'],
  ['a <emphasis>b</emphasis>. ', 'a', 'b. rate 0.92 3 dB'],
  ['cost <emphasis>b</emphasis>.5', 'cost', 'b rate 0.92 3 dB', '.5'],
  ['press <emphasis>#</emphasis>', 'press', '# rate 0.92 3 dB'],
  ['a<emphasis> </emphasis>b', 'a b'],
  // lang
  ['a <lang xml:lang="fr-FR">b</lang> c', 'a', 'b fr-FR', 'c'],
  ['<lang>b</lang>', 'b'],
  ['<lang xml:lang="en-US">a</lang> b', 'a b'],
  ['<lang xml:lang="de-DE"><say-as interpret-as="digits">12</say-as></lang>', '1 2 de-DE'],
  // phoneme
  ['<phoneme alphabet="ipa" ph="pɪˈkɑːn">pecan</phoneme> pie', 'pecan pie'],
  ['<phoneme alphabet="ipa" ph="pɪˈkɑːn"/> pie!', 'pikan pie!'],
  // prosody
  ['<prosody volume="default">a</prosody>', 'a'],
  ['<prosody volume="silent">a</prosody>', 'a -96 dB'],
  ['<prosody volume="x-soft">a</prosody>', 'a -12 dB'],
  ['<prosody volume="soft">a</prosody>', 'a -6 dB'],
  ['<prosody volume="medium">a</prosody>', 'a'],
  ['<prosody volume="loud">a</prosody>', 'a 6 dB'],
  ['<prosody volume="x-loud">a</prosody>', 'a 12 dB'],
  ['<prosody volume="+1.5dB">a</prosody>', 'a 1.5 dB'],
  ['<prosody volume="-4dB">a</prosody>', 'a -4 dB'],
  ['<prosody volume="+99dB">a</prosody>', 'a 20 dB'],
  ['<prosody volume="-999dB">a</prosody>', 'a -96 dB'],
  ['<prosody volume="silent">a <prosody volume="x-loud">b</prosody></prosody>', 'a b -96 dB'],
  ['<prosody volume="silent">a <prosody volume="default">b</prosody></prosody>', 'a -96 dB', 'b'],
  ['<prosody rate="x-slow">a</prosody>', 'a rate 0.5'],
  ['<prosody rate="slow">a</prosody>', 'a rate 0.75'],
  ['<prosody rate="medium">a</prosody>', 'a'],
  ['<prosody rate="fast">a</prosody>', 'a rate 1.5'],
  ['<prosody rate="x-fast">a</prosody>', 'a rate 2'],
  ['<prosody rate="90%">a</prosody>', 'a rate 0.9'],
  ['<prosody rate="0%">a</prosody>', 'a rate 0.2'],
  ['<prosody rate="9999%">a</prosody>', 'a rate 4'],
  ['<prosody pitch="default">a</prosody>', 'a'],
  ['<prosody pitch="x-low">a</prosody>', 'a pitch 0.7'],
  ['<prosody pitch="low">a</prosody>', 'a pitch 0.85'],
  ['<prosody pitch="medium">a</prosody>', 'a'],
  ['<prosody pitch="high">a</prosody>', 'a pitch 1.2'],
  ['<prosody pitch="x-high">a</prosody>', 'a pitch 1.4'],
  ['<prosody pitch="+10%">a</prosody>', 'a pitch 1.1'],
  ['<prosody pitch="-10%">a</prosody>', 'a pitch 0.9'],
  ['<prosody pitch="-999%">a</prosody>', 'a pitch 0.5'],
  ['<prosody pitch="high"><prosody pitch="default">a</prosody></prosody>', 'a'],
  ['<prosody rate="90%" pitch="+20%" volume="+6dB">a</prosody>', 'a rate 0.9 pitch 1.2 6 dB'],
  ['<prosody rate="80%">a <prosody rate="50%">b</prosody> c</prosody>', 'a rate 0.8', 'b rate 0.4', 'c rate 0.8'],
  ['<prosody pitch="+50%">a <prosody pitch="+50%">b</prosody></prosody>', 'a pitch 1.5', 'b pitch 2'],
  ['<prosody volume="loud">a <emphasis level="strong">b</emphasis></prosody>', 'a 6 dB', 'b rate 0.85 12 dB'],
  ['<prosody>a</prosody>b', 'ab'],
  // say-as
  ['Code <say-as interpret-as="characters">ab1</say-as>, thanks', 'Code A B one, thanks'],
  ['<say-as interpret-as="date" format="mdy">9/10/1960</say-as>', 'September tenth, nineteen sixty'],
  ['oh <say-as interpret-as="expletive">darn</say-as>!', 'oh beep!'],
  ['<say-as>12</say-as>', '12'],
  // sub and w
  ['the <sub alias="World Wide Web">WWW</sub>', 'the World Wide Web'],
  ['the <sub>WWW</sub>', 'the WWW'],
  ['I <w role="amazon:VBD">read</w> it', 'I read it'],
  // words and parts
  ['un<emphasis>believ</emphasis>able', 'un', 'believ rate 0.92 3 dB', 'able'],
  ['a <prosody rate="90%">b</prosody> <prosody rate="90%">c</prosody>', 'a', 'b c rate 0.9'],
])

test('what a plan says is what the plain text says', () => {
  const say = read(
    'Hi <emphasis>big <w>wide</w></emphasis> world.<p>One<s>two</s></p><prosody rate="slow">three<break/>four</prosody>',
  )
  const words = planSpeech(say).flatMap((part) => (part.part === 'words' ? [part.words.text] : []))
  assert.equal(words.join(' '), spokenText(say))
})

test('parts stay within what a synthesizer takes, however deep the markup', () => {
  for (const attribute of [
    'rate="9999%"',
    'rate="1%"',
    'pitch="+999%"',
    'pitch="-999%"',
    'volume="+999dB"',
    'volume="-999dB"',
  ]) {
    const nested = `${`<prosody ${attribute}>`.repeat(12)}a${'</prosody>'.repeat(12)}`
    for (const part of planned(nested)) {
      assert.ok(part.part === 'words')
      assert.ok(part.words.rate >= 0.2 && part.words.rate <= 4)
      assert.ok(part.words.pitch >= 0.5 && part.words.pitch <= 2)
      assert.ok(part.volumeDb >= -96 && part.volumeDb <= 20)
    }
  }
})
