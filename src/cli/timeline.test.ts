import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { type ExchangeMessage, type FactMessage, type Message, Timeline } from './timeline.ts'

const START = Date.UTC(2030, 0, 1)
const at = (seconds: number): string => new Date(START + seconds * 1000).toISOString()
const STYLE = { columns: 80, color: false }

const fact = (name: string, detail: object = {}, seconds = 0): FactMessage => ({
  kind: 'fact',
  fact: name,
  at: at(seconds),
  ...detail,
})
const exchange = (change: Partial<ExchangeMessage> = {}): ExchangeMessage => ({
  kind: 'exchange',
  direction: 'outward',
  purpose: 'twiml',
  verb: 'Gather',
  at: at(0),
  fallback: false,
  attempt: 1,
  request: { method: 'POST', url: 'http://app.test/menu?x=1', parameters: {} },
  response: { code: 200 },
  error: null,
  durationMs: 12.4,
  ...change,
})
const request = (url: string, parameters: ExchangeMessage['request']['parameters'] = {}) => ({
  method: 'POST',
  url,
  parameters,
})
const span = (change: object) => ({ kind: 'say', text: 'Hello', playedMs: 300, lengthMs: 300, cut: false, ...change })
const show = (message: Message, columns = 80): string[] => new Timeline({ columns, color: false }).lines(message)
const squeezed = (message: Message): string[] => show(message).map((line) => line.trim().replace(/ +/g, ' '))

for (const [what, message, expected] of [
  ['a document', exchange(), ['0.00 → POST /menu?x=1 Gather 200 12 ms']],
  [
    'the keys that came',
    exchange({
      request: request('http://app.test/a', { Digits: '12', FinishedOnKey: '#', CallStatus: 'in-progress' }),
    }),
    ['0.00 → POST /a Gather 200 12 ms', 'Digits=12 FinishedOnKey=#'],
  ],
  [
    'a retry of a fallback that failed',
    exchange({ verb: 'Voice', fallback: true, attempt: 2, response: null, error: { code: 11202, message: 'refused' } }),
    ['0.00 → POST /menu?x=1 Voice fallback try 2 none 12 ms', '11202: refused'],
  ],
  [
    'the request that made the call',
    exchange({
      direction: 'inward',
      purpose: 'api-request',
      verb: 'created',
      request: request('http://127.0.0.1:2010/2010-04-01/Accounts/AC1/Calls/CA1.json'),
    }),
    ['0.00 ← POST Calls/CA1.json api created 200 12 ms'],
  ],
  [
    'a URL that is none',
    exchange({ request: request('not a URL'), response: null, error: { code: 11100, message: 'no URL' } }),
    ['0.00 → POST not a URL Gather none 12 ms', '11100: no URL'],
  ],
  ['a status', fact('call-status', { status: 'ringing' }), ['0.00 ● ringing']],
  ['words', fact('heard', { span: span({}) }), ['0.00 ♪ heard “Hello”']],
  [
    'how the sound of a real phone fared',
    fact('line', {
      statistics: { sentPackets: 250, receivedPackets: 248, lostPackets: 2, discardedPackets: 0, jitterMs: 1.26 },
    }),
    ['0.00 ~ sound: 250 sent, 248 received, 2 lost, 0 discarded; jitter 1.3 ms'],
  ],
  [
    'words that were cut',
    fact('heard', { span: span({ playedMs: 100, cut: true }) }),
    ['0.00 ♪ heard “Hello” (cut after 0.1 of 0.3 s)'],
  ],
  [
    'a file',
    fact('heard', { span: span({ kind: 'play', text: undefined, url: 'x.wav' }) }),
    ['0.00 ♪ heard play x.wav'],
  ],
  ['keys', fact('pressed', { digits: '1#' }), ['0.00 # pressed 1#']],
  ['speech', fact('said', { text: 'yes' }), ['0.00 > said “yes”']],
  [
    'a message to the phone',
    fact('message', { from: 'app', content: '{"a":1}' }),
    ['0.00 @ message to the phone {"a":1}'],
  ],
  ['a message from the phone', fact('message', { from: 'phone', content: '2' }), ['0.00 @ message from the phone 2']],
  ['a script that goes on', fact('script', { state: 'running', step: 1 }), []],
  [
    'a script that failed',
    fact('script', { state: 'failed', step: 2, wanted: 'press' }),
    ["0.00 ! the phone's script failed at step 2: wanted press"],
  ],
  [
    'an alert with its place',
    fact('alert', { alert: { code: 12200, level: 'warning', message: 'Odd', line: 3, column: 7 } }),
    ['0.00 ! warning 12200: Odd (line 3, column 7)'],
  ],
  ['a fact of a later version', fact('something-new'), []],
] as const) {
  test(`the timeline shows ${what}`, () => assert.deepEqual(squeezed(message), expected))
}

test('seconds count from the first entry, and the last status says whether the call is over', () => {
  const timeline = new Timeline(STYLE)
  timeline.lines(fact('call-status', { status: 'ringing' }, 5))
  assert.equal(timeline.over, false)
  const [line] = timeline.lines(fact('call-status', { status: 'busy' }, 17.25))
  assert.match(line!, /^ {2}12\.25 {2}● {2}busy$/)
  assert.equal(timeline.over, true)
  timeline.lines(exchange())
  assert.equal(timeline.exchanges, 1)
})

test('nothing is wider than the terminal, whatever the app sends', () => {
  const long = 'word '.repeat(60) + 'x'.repeat(300)
  for (const columns of [60, 80, 120]) {
    for (const message of [
      exchange({
        request: request(`http://app.test/${'p'.repeat(300)}`, { Digits: '1'.repeat(300) }),
        error: { code: 11200, message: long },
      }),
      fact('heard', { span: span({ text: long }) }),
      fact('alert', { alert: { code: 12100, level: 'error', message: long } }),
    ]) {
      for (const line of show(message, columns)) assert.ok([...line].length <= columns, `${line.length} in ${columns}`)
    }
  }
})

test('control characters of an app reach no terminal', () => {
  const evil = 'one\u001b[2J\ntwo\u0007\u009b31m'
  for (const message of [
    fact('heard', { span: span({ text: evil }) }),
    fact('said', { text: evil }),
    exchange({ verb: evil, error: { code: 11200, message: evil } }),
  ]) {
    for (const line of show(message)) {
      assert.doesNotMatch(line, /\p{Cc}/u)
      assert.equal(stripVTControlCharacters(line), line)
    }
  }
})
