/** Callers speak to a Gather: what the app is told, when, and what was heard of the prompts. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PhoneScript } from '../../src/testing/index.ts'
import { journey } from '../kit/journey.ts'

const TO = '+15551230001'
/** 60 ms a character. */
const PROMPT = 'How can I help?'
const PROMPT_MS = 900

type Told = Readonly<Record<string, string>>

type Case = readonly [
  what: string,
  attributes: string,
  script: PhoneScript['script'],
  /** What the action was told besides the standard parameters, or null when it was not asked. */
  told: Told | null,
  /** When, in ms since the answer, the next thing was heard. */
  nextAtMs: number,
  /** How much was heard of the prompt, if not all. */
  promptMs?: number,
]

const speech = (SpeechResult: string): Told => ({ SpeechResult, Confidence: '0.98', Language: 'en-US' })
const keys = (Digits: string, FinishedOnKey: string): Told => ({ Digits, FinishedOnKey, msg: 'Gather End' })

const BILLING = { say: 'Billing, please.' } // 16 characters: 960 ms
const BILLED = speech('Billing, please.')

const CASES: readonly Case[] = [
  [
    'words end by the silence of timeout',
    'input="speech" timeout="3"',
    [{ waitMs: 2000 }, BILLING],
    BILLED,
    2000 + 960 + 3000,
  ],
  [
    'words end by the silence of speechTimeout',
    'input="speech" speechTimeout="2"',
    [{ waitMs: 2000 }, BILLING],
    BILLED,
    2000 + 960 + 2000,
  ],
  [
    'words end by the first pause',
    'input="speech" speechTimeout="auto"',
    [{ waitMs: 2000 }, BILLING, { waitMs: 1500 }, { say: 'Not heard.' }],
    BILLED,
    2000 + 960 + 1000,
  ],
  [
    'a pause that is short enough does not end them',
    'input="speech" speechTimeout="2"',
    [{ waitMs: 2000 }, { say: 'I want' }, { waitMs: 1500 }, BILLING],
    speech('I want Billing, please.'),
    2000 + 360 + 1500 + 960 + 2000,
  ],
  [
    'words cut the prompt where they begin',
    'input="speech" speechTimeout="auto"',
    [{ waitMs: 440 }, BILLING],
    BILLED,
    440 + 960 + 1000,
    440,
  ],
  [
    'without barge-in words during the prompt are not heard',
    'input="speech" speechTimeout="auto" bargeIn="false"',
    [{ waitMs: 440 }, { say: 'Too early' }, { waitMs: 2000 }, BILLING],
    BILLED,
    440 + 540 + 2000 + 960 + 1000,
  ],
  [
    // 60 ms a character: "one two three" has been said after 780 ms, "four" after 1,080.
    'too long a speech ends with its last whole word',
    'input="speech" maxSpeechTime="1"',
    [{ waitMs: 2000 }, { say: 'one two three four five six seven' }],
    speech('one two three'),
    3000,
  ],
  ['nobody speaks: it falls through', 'input="speech" timeout="4"', [], null, 4900],
  [
    'nobody speaks: the action is asked when it is wanted',
    'input="speech" timeout="4" actionOnEmptyResult="true"',
    [],
    { SpeechResult: '' },
    4900,
  ],
  ['keys are nothing to speech', 'input="speech" timeout="4"', [{ waitMs: 500 }, { press: '1#' }], null, 4900],
  ['words are nothing to keys', 'input="dtmf" timeout="4"', [{ waitMs: 500 }, BILLING], null, 4900],
  [
    'a key that comes first wins',
    'input="dtmf speech" timeout="2"',
    [{ waitMs: 500 }, { press: '4' }, { waitMs: 500 }, { say: 'No' }],
    keys('4', ''),
    2500,
    500,
  ],
  [
    'words that come first win, and the finish key does nothing',
    'input="dtmf speech" timeout="2"',
    [{ waitMs: 500 }, BILLING, { press: '4#' }],
    BILLED,
    500 + 960 + 2000,
    500,
  ],
  [
    'either, and neither came',
    'input="dtmf speech" timeout="2" actionOnEmptyResult="true"',
    [],
    { ...keys('', ''), SpeechResult: '' },
    2900,
  ],
  [
    'swear words are masked',
    'input="speech" speechTimeout="auto" language="en-GB"',
    [{ waitMs: 1000 }, { say: 'Oh shit.' }],
    { ...speech('Oh s***.'), Language: 'en-GB' },
    1000 + 480 + 1000,
  ],
  [
    'swear words are not masked when they shall not be',
    'input="speech" speechTimeout="auto" profanityFilter="false"',
    [{ waitMs: 1000 }, { say: 'Oh shit.' }],
    speech('Oh shit.'),
    1000 + 480 + 1000,
  ],
]

const OWN = ['Digits', 'FinishedOnKey', 'msg', 'SpeechResult', 'Confidence', 'Language']
const own = (parameters: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(parameters).filter(([name]) => OWN.includes(name)))

for (const [what, attributes, script, told, nextAtMs, promptMs = PROMPT_MS] of CASES) {
  test(`Gather speech: ${what}`, async (t) => {
    const { ringback, app, client } = await journey(t, {
      '/voice': () => `<Gather action="/action" ${attributes}><Say>${PROMPT}</Say></Gather><Say>Fell through</Say>`,
      '/action': () => '<Say>Thank you</Say><Pause length="5"/>',
    })
    await ringback.phone(TO, { script: script! })
    const { sid } = await client.calls.create({ to: TO, from: ringback.number, url: `${app.url}/voice` })
    await ringback.over(sid)
    const asked = app.to('/action').map(({ parameters }) => own(parameters))
    assert.deepEqual(asked, told ? [told] : [])
    const { heard } = await ringback.heard(sid)
    const [prompt, next] = heard
    assert.deepEqual([prompt?.text, prompt?.playedMs, prompt?.cut], [PROMPT, promptMs, promptMs < PROMPT_MS])
    assert.deepEqual([next?.text, next?.atMs], [told ? 'Thank you' : 'Fell through', nextAtMs])
  })
}

test('a caller who hangs up while speaking is not told of', async (t) => {
  const { ringback, app, client } = await journey(t, {
    '/voice': () => '<Gather input="speech" action="/action"><Say>Speak</Say></Gather>',
  })
  await ringback.phone(TO, { script: [{ hear: 'speak' }, BILLING, { hangup: true }] })
  const { sid } = await client.calls.create({ to: TO, from: ringback.number, url: `${app.url}/voice` })
  assert.equal(await ringback.over(sid), 'completed')
  assert.equal(app.to('/action').length, 0)
})

test('words said before the Gather listens are not heard', async (t) => {
  const { ringback, app, client } = await journey(t, {
    '/voice': () =>
      '<Pause length="1"/><Gather input="speech" speechTimeout="auto" action="/action"><Say>Well?</Say></Gather>',
    '/action': () => '<Hangup/>',
  })
  await ringback.phone(TO, { script: [{ say: 'This began too early to be heard' }, { hear: 'well' }, BILLING] })
  const { sid } = await client.calls.create({ to: TO, from: ringback.number, url: `${app.url}/voice` })
  await ringback.over(sid)
  assert.equal((await app.requested('/action')).parameters.SpeechResult, 'Billing, please.')
})

test('a call of our own that speaks to another is understood as well', async (t) => {
  const { ringback, app, client } = await journey(t, {
    '/asks': () => '<Gather input="speech" speechTimeout="auto" action="/action"><Say>Yes?</Say></Gather>',
    '/answers': () => '<Pause length="2"/><Say>Two pizzas</Say><Pause length="9"/>',
    '/action': () => '<Hangup/>',
  })
  const [number] = await client.incomingPhoneNumbers.list()
  await client.incomingPhoneNumbers(number!.sid).update({ voiceUrl: `${app.url}/asks` })
  const { sid } = await client.calls.create({ to: ringback.number, from: '+15005550009', url: `${app.url}/answers` })
  await ringback.over(sid)
  assert.equal((await app.requested('/action')).parameters.SpeechResult, 'Two pizzas')
})
