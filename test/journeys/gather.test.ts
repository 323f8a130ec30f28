import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PhoneScript } from '../../src/testing/index.ts'
import { journey } from '../kit/journey.ts'

const TO = '+15551230001'
const PROMPT = 'Press a key now' // 15 characters: 900 ms

interface Case {
  readonly what: string
  readonly attributes: string
  readonly script: PhoneScript['script']
  /** What the action was told, or null when it was not asked. */
  readonly told: { readonly Digits: string; readonly FinishedOnKey: string } | null
  /** When, in ms since the answer, the next thing was heard. */
  readonly nextAtMs: number
}

// A key takes 200 ms from one to the next; the leg hears it when it is pressed.
const CASES: readonly Case[] = [
  {
    what: 'keys end by the default finish key',
    attributes: '',
    script: [{ waitMs: 1000 }, { press: '42#' }],
    told: { Digits: '42', FinishedOnKey: '#' },
    nextAtMs: 1400,
  },
  {
    what: 'keys end by number',
    attributes: 'numDigits="2"',
    script: [{ waitMs: 1000 }, { press: '4242' }],
    told: { Digits: '42', FinishedOnKey: '' },
    nextAtMs: 1200,
  },
  {
    what: 'keys end by timeout after the last',
    attributes: 'timeout="3"',
    script: [{ waitMs: 1000 }, { press: '42' }],
    told: { Digits: '42', FinishedOnKey: '' },
    nextAtMs: 4200,
  },
  {
    what: 'another finish key lets the hash through',
    attributes: 'finishOnKey="*"',
    script: [{ waitMs: 1000 }, { press: '4#*' }],
    told: { Digits: '4#', FinishedOnKey: '*' },
    nextAtMs: 1400,
  },
  {
    what: 'no finish key: every key counts',
    attributes: 'finishOnKey="" timeout="2"',
    script: [{ waitMs: 1000 }, { press: '4#' }],
    told: { Digits: '4#', FinishedOnKey: '' },
    nextAtMs: 3200,
  },
  {
    what: 'a key cuts the prompt and counts',
    attributes: 'numDigits="1"',
    script: [{ waitMs: 500 }, { press: '7' }],
    told: { Digits: '7', FinishedOnKey: '' },
    nextAtMs: 500,
  },
  {
    what: 'no input falls through after the timeout',
    attributes: 'timeout="4"',
    script: [],
    told: null,
    nextAtMs: 4900,
  },
  {
    what: 'no input asks the action when it is wanted',
    attributes: 'timeout="4" actionOnEmptyResult="true"',
    script: [],
    told: { Digits: '', FinishedOnKey: '' },
    nextAtMs: 4900,
  },
]

for (const { what, attributes, script, told, nextAtMs } of CASES) {
  test(`Gather: ${what}`, async (t) => {
    const { ringback, app, client } = await journey(t, {
      '/voice': () => `<Gather action="/action" ${attributes}><Say>${PROMPT}</Say></Gather><Say>Fell through</Say>`,
      '/action': () => '<Say>Thank you</Say>',
    })
    await ringback.phone(TO, { script })
    const { sid } = await client.calls.create({ to: TO, from: ringback.number, url: `${app.url}/voice` })
    await ringback.over(sid)
    const asked = app.to('/action').map(({ parameters: { Digits, FinishedOnKey } }) => ({ Digits, FinishedOnKey }))
    assert.deepEqual(asked, told ? [told] : [])
    const { heard } = await ringback.heard(sid)
    const [prompt, next] = heard
    assert.deepEqual([prompt?.text, prompt?.verb], [PROMPT, 'Gather'])
    assert.deepEqual([next?.text, next?.atMs], [told ? 'Thank you' : 'Fell through', nextAtMs])
    assert.deepEqual(
      [prompt?.cut, prompt?.playedMs],
      script?.[0] && 'waitMs' in script[0] && script[0].waitMs < 900 ? [true, script[0].waitMs] : [false, 900],
    )
  })
}

test('Gather without an action asks the current document again, with the keys', async (t) => {
  const { ringback, app, client } = await journey(t, {
    '/voice': ({ parameters }) =>
      parameters.Digits
        ? `<Say>You pressed ${parameters.Digits}</Say>`
        : '<Gather numDigits="1"><Say>Press</Say></Gather>',
  })
  await ringback.phone(TO, { script: [{ hear: 'press' }, { press: '5' }] })
  const { sid } = await client.calls.create({
    to: TO,
    from: ringback.number,
    url: `${app.url}/voice?lang=en`,
    method: 'GET',
  })
  await ringback.over(sid)
  assert.deepEqual(
    app.requests.map(({ method, target }) => [method, target.split('&')[0]]),
    [
      ['GET', '/voice?lang=en'],
      ['POST', '/voice?lang=en'],
    ],
  )
  assert.equal((await ringback.heard(sid)).heard.at(-1)?.text, 'You pressed 5')
})

test('hanging up while gathering ends the call without asking the action', async (t) => {
  const { ringback, app, client } = await journey(t, {
    '/voice': () => '<Gather action="/action" timeout="60"><Say>Press</Say></Gather>',
  })
  await ringback.phone(TO, { script: [{ waitMs: 2000 }, { press: '1' }, { hangup: true }] })
  const { sid } = await client.calls.create({ to: TO, from: ringback.number, url: `${app.url}/voice` })
  assert.equal(await ringback.over(sid), 'completed')
  assert.equal(app.to('/action').length, 0)
})
