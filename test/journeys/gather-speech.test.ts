/** Callers speak to a Gather: what the app is told, when, and what was heard of the prompts. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PhoneScript } from '../../src/testing/index.ts'
import { journey } from '../kit/journey.ts'

const TO = '+15551230001'
const PROMPT = 'How can I help?' // 15 characters: 900 ms

type Told = Readonly<Record<string, string>>

interface Case {
  readonly what: string
  readonly attributes: string
  readonly script: PhoneScript['script']
  /** What the action was told besides the standard parameters, or null when it was not asked. */
  readonly told: Told | null
  /** How much was heard of the prompt. */
  readonly promptMs: number
  /** When, in ms since the answer, the next thing was heard. */
  readonly nextAtMs: number
}

const speech = (SpeechResult: string): Told => ({ SpeechResult, Confidence: '0.98', Language: 'en-US' })
const keys = (Digits: string, FinishedOnKey: string): Told => ({ Digits, FinishedOnKey, msg: 'Gather End' })

const BILLING = { say: 'Billing, please.' } // 16 characters: 960 ms

const CASES: readonly Case[] = [
  {
    what: 'words end by the silence of timeout',
    attributes: 'input="speech" timeout="3"',
    script: [{ waitMs: 2000 }, BILLING],
    told: speech('Billing, please.'),
    promptMs: 900,
    nextAtMs: 2000 + 960 + 3000,
  },
  {
    what: 'words end by the silence of speechTimeout',
    attributes: 'input="speech" speechTimeout="2"',
    script: [{ waitMs: 2000 }, BILLING],
    told: speech('Billing, please.'),
    promptMs: 900,
    nextAtMs: 2000 + 960 + 2000,
  },
  {
    what: 'words end by the first pause',
    attributes: 'input="speech" speechTimeout="auto"',
    script: [{ waitMs: 2000 }, BILLING, { waitMs: 1500 }, { say: 'Not heard.' }],
    told: speech('Billing, please.'),
    promptMs: 900,
    nextAtMs: 2000 + 960 + 1000,
  },
  {
    what: 'a pause that is short enough does not end them',
    attributes: 'input="speech" speechTimeout="2"',
    script: [{ waitMs: 2000 }, { say: 'I want' }, { waitMs: 1500 }, BILLING],
    told: speech('I want Billing, please.'),
    promptMs: 900,
    nextAtMs: 2000 + 360 + 1500 + 960 + 2000,
  },
  {
    what: 'words cut the prompt where they begin',
    attributes: 'input="speech" speechTimeout="auto"',
    script: [{ waitMs: 440 }, BILLING],
    told: speech('Billing, please.'),
    promptMs: 440,
    nextAtMs: 440 + 960 + 1000,
  },
  {
    what: 'without barge-in words during the prompt are not heard',
    attributes: 'input="speech" speechTimeout="auto" bargeIn="false"',
    script: [{ waitMs: 440 }, { say: 'Too early' }, { waitMs: 2000 }, BILLING],
    told: speech('Billing, please.'),
    promptMs: 900,
    nextAtMs: 440 + 540 + 2000 + 960 + 1000,
  },
  {
    what: 'too long a speech ends with its last whole word',
    attributes: 'input="speech" maxSpeechTime="1"',
    script: [{ waitMs: 2000 }, { say: 'one two three four five six seven' }],
    // 60 ms a character: "one two three" has been said after 780 ms, "four" after 1,080.
    told: speech('one two three'),
    promptMs: 900,
    nextAtMs: 3000,
  },
  {
    what: 'nobody speaks: it falls through',
    attributes: 'input="speech" timeout="4"',
    script: [],
    told: null,
    promptMs: 900,
    nextAtMs: 4900,
  },
  {
    what: 'nobody speaks: the action is asked when it is wanted',
    attributes: 'input="speech" timeout="4" actionOnEmptyResult="true"',
    script: [],
    told: { SpeechResult: '' },
    promptMs: 900,
    nextAtMs: 4900,
  },
  {
    what: 'keys are nothing to speech',
    attributes: 'input="speech" timeout="4"',
    script: [{ waitMs: 500 }, { press: '1#' }],
    told: null,
    promptMs: 900,
    nextAtMs: 4900,
  },
  {
    what: 'words are nothing to keys',
    attributes: 'input="dtmf" timeout="4"',
    script: [{ waitMs: 500 }, BILLING],
    told: null,
    promptMs: 900,
    nextAtMs: 4900,
  },
  {
    what: 'a key that comes first wins',
    attributes: 'input="dtmf speech" timeout="2"',
    script: [{ waitMs: 500 }, { press: '4' }, { waitMs: 500 }, { say: 'No' }],
    told: keys('4', ''),
    promptMs: 500,
    nextAtMs: 2500,
  },
  {
    what: 'words that come first win, and the finish key does nothing',
    attributes: 'input="dtmf speech" timeout="2"',
    script: [{ waitMs: 500 }, BILLING, { press: '4#' }],
    told: speech('Billing, please.'),
    promptMs: 500,
    nextAtMs: 500 + 960 + 2000,
  },
  {
    what: 'either, and neither came',
    attributes: 'input="dtmf speech" timeout="2" actionOnEmptyResult="true"',
    script: [],
    told: { ...keys('', ''), SpeechResult: '' },
    promptMs: 900,
    nextAtMs: 2900,
  },
  {
    what: 'swear words are masked',
    attributes: 'input="speech" speechTimeout="auto" language="en-GB"',
    script: [{ waitMs: 1000 }, { say: 'Oh shit.' }],
    told: { ...speech('Oh s***.'), Language: 'en-GB' },
    promptMs: 900,
    nextAtMs: 1000 + 480 + 1000,
  },
  {
    what: 'swear words are not masked when they shall not be',
    attributes: 'input="speech" speechTimeout="auto" profanityFilter="false"',
    script: [{ waitMs: 1000 }, { say: 'Oh shit.' }],
    told: speech('Oh shit.'),
    promptMs: 900,
    nextAtMs: 1000 + 480 + 1000,
  },
]

const OWN = ['Digits', 'FinishedOnKey', 'msg', 'SpeechResult', 'Confidence', 'Language']
const own = (parameters: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(parameters).filter(([name]) => OWN.includes(name)))

for (const { what, attributes, script, told, promptMs, nextAtMs } of CASES) {
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
    assert.deepEqual([prompt?.text, prompt?.playedMs, prompt?.cut], [PROMPT, promptMs, promptMs < 900])
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
