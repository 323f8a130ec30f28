/**
 * What the journal costs in CPU: many calls at once, each a realistic row of groups, each group awaited as the engine
 * does. Prints microseconds of CPU per exchange (all that goes with it included: its share of intents, facts and call
 * rows), apart for the main thread and the rest of the process, which is the store's worker.
 *
 *   node bench/journal.ts [calls a round] [calls at once] [calls written before measuring]
 */
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqliteStore } from '../src/adapters/store-sqlite/store.ts'
import type { Exchange, ExchangeVerb, Fact, FactBody, Intent, Purpose } from '../src/journal/entry.ts'
import { Journal } from '../src/journal/journal.ts'
import type { Store, Write } from '../src/journal/store.ts'
import type { Clock } from '../src/lib/clock.ts'
import { type Instant, newSid, newUuid } from '../src/lib/ids.ts'
import { silentLogger } from '../src/lib/logger.ts'

const [calls = 2000, atOnce = 300, before = 20_000] = process.argv.slice(2).map(Number)
const ROUNDS = 9
const EXCHANGES_PER_CALL = 7

const account = newSid('AC')
const now = () => Date.now() as Instant
const unused = () => ({ cancel() {}, release() {} })
const clock: Clock = { kind: 'real', now, after: unused, daemon: unused, hold: unused }
const journalOn = (store: Store) =>
  new Journal({ store, clock, logger: silentLogger, onFatal: (error) => console.error(error) })

const twiml =
  '<?xml version="1.0" encoding="UTF-8"?><Response><Gather action="/menu" numDigits="1"><Say voice="Polly.Joanna">Thanks for calling. For opening hours press one, to talk to somebody press two.</Say></Gather><Redirect>/again</Redirect></Response>'

function exchangeOf(intent: Intent): Exchange {
  const { resend: _resend, ...about } = intent
  const response = {
    code: 200,
    contentType: 'text/xml; charset=utf-8',
    body: intent.purpose === 'twiml' ? twiml : '',
    bodyEncoding: 'utf8',
    truncated: false,
    at: now(),
  } as const
  return { ...about, kind: 'exchange', direction: 'outward', hops: [], response, error: null, durationMs: 12 }
}

async function runCall(journal: Journal): Promise<void> {
  const callSid = newSid('CA')
  const to = `+1555${String(Math.floor(Math.random() * 1e7)).padStart(7, '0')}`
  const from = '+15005550006'
  const createdAt = now()
  let place = 0
  const parameters = (status: string) => ({
    CallSid: callSid,
    AccountSid: account,
    From: from,
    To: to,
    CallStatus: status,
    ApiVersion: '2010-04-01',
    Direction: 'outbound-api',
    ForwardedFrom: '',
    CallerName: '',
    ParentCallSid: '',
    Called: to,
    Caller: from,
  })
  const intent = (purpose: Purpose, verb: ExchangeVerb, status: string): Intent => ({
    kind: 'intent',
    sid: newSid('VW'),
    accountSid: account,
    callSid,
    place: place++,
    at: now(),
    purpose,
    verb,
    asked: true,
    fallback: false,
    attempt: 1,
    request: { method: 'POST', url: `https://app.example.com/${purpose}`, parameters: parameters(status) },
    resend: { url: `https://app.example.com/${purpose}`, idempotencyToken: newUuid() },
  })
  const fact = (body: FactBody): Fact => ({
    kind: 'fact',
    accountSid: account,
    callSid,
    place: place++,
    at: now(),
    body,
  })
  const status = (status: string) => fact({ fact: 'call-status', status })
  const heard = (text: string) =>
    fact({
      fact: 'heard',
      atMs: 20,
      span: { verb: 'Say', kind: 'say', text, playedMs: 5000, lengthMs: 5000, cut: false },
    })
  const row = (status: string, live: boolean): Write => {
    const startedAt = status === 'queued' ? null : createdAt
    const endedAt = live ? null : now()
    const columns = { sid: callSid, accountSid: account, parentCallSid: null, to, from, status, live, createdAt }
    const record = {
      ...columns,
      updatedAt: now(),
      startedAt,
      answeredAt: startedAt,
      endedAt,
      direction: 'outbound-api',
      phoneNumberSid: null,
      applicationSid: null,
      callerName: null,
      forwardedFrom: null,
      answeredBy: null,
      voice: { document: { url: 'https://app.example.com/voice', method: 'POST' }, fallback: null },
      statusCallback: { url: 'https://app.example.com/status', method: 'POST', events: ['initiated', 'completed'] },
      callbackSequence: 1,
      options: { sendDigits: null, timeoutSec: 60, timeLimitSec: 14400, callerId: null, record: null, byoc: null },
      extraParameters: {},
    }
    return { kind: 'call', call: { ...columns, startedAt, endedAt, row: record } }
  }
  const created = { ...exchangeOf(intent('api-request', 'created', 'queued')), direction: 'inward' } as const
  const ask = async (writes: Write[], purpose: Purpose, verb: ExchangeVerb, state: string, after: Write[] = []) => {
    const asked = intent(purpose, verb, state)
    await journal.append([...writes, asked])
    await journal.append([exchangeOf(asked), ...after])
  }
  await journal.ready()
  await journal.append([row('queued', true), created, status('queued')])
  await ask([row('ringing', true), status('ringing')], 'status-callback', 'ringing', 'ringing')
  await Promise.all([
    ask([row('in-progress', true), status('in-progress')], 'status-callback', 'answered', 'in-progress'),
    ask([], 'twiml', 'Voice', 'in-progress'),
  ])
  await ask(
    [heard('Thanks for calling.'), fact({ fact: 'pressed', atMs: 5020, digits: '1' })],
    'twiml',
    'Gather',
    'in-progress',
  )
  await ask([row('in-progress', true), heard('We are open from nine to five.')], 'twiml', 'Redirect', 'in-progress')
  await ask(
    [row('completed', false), heard('Goodbye.'), status('completed')],
    'status-callback',
    'completed',
    'completed',
  )
}

async function runCalls(journal: Journal, count: number): Promise<void> {
  let left = count
  const line = async () => {
    while (left-- > 0) await runCall(journal)
  }
  await Promise.all(Array.from({ length: atOnce }, line))
}

interface Cost {
  readonly allUs: number
  readonly mainUs: number
  readonly wallMs: number
}

/** One round's CPU, in µs per exchange. */
async function measure(journal: Journal): Promise<Cost> {
  const us = ({ user, system }: NodeJS.CpuUsage) => (user + system) / (calls * EXCHANGES_PER_CALL)
  const [all, main, start] = [process.cpuUsage(), process.threadCpuUsage(), performance.now()]
  await runCalls(journal, calls)
  const [allUs, mainUs] = [us(process.cpuUsage(all)), us(process.threadCpuUsage(main))]
  return { allUs, mainUs, wallMs: performance.now() - start }
}

/** Best and median round: a shared machine makes single rounds up to half as dear again. */
async function measureRounds(journal: Journal): Promise<readonly [best: Cost, median: Cost]> {
  const rounds: Cost[] = []
  for (let round = 0; round < ROUNDS; round++) rounds.push(await measure(journal))
  rounds.sort((a, b) => a.allUs - b.allUs)
  return [rounds[0]!, rounds[(ROUNDS - 1) / 2]!]
}

const folder = await mkdtemp(join(tmpdir(), 'ringback-bench-'))
const store = await openSqliteStore({ folder })
try {
  // Making the calls' values costs too, and is not the journal's: the same calls into a store that does nothing.
  const nowhere = journalOn({ append: async () => [] } as Partial<Store> as Store)
  await runCalls(nowhere, before)
  const making = await measureRounds(nowhere)
  const journal = journalOn(store)
  await runCalls(journal, before)
  const bytesBefore = (await stat(join(folder, 'journal.db'))).size
  const writing = await measureRounds(journal)
  const exchanges = calls * EXCHANGES_PER_CALL
  const bytes = (await stat(join(folder, 'journal.db'))).size - bytesBefore

  console.log(`${ROUNDS} rounds of ${calls} calls, ${atOnce} at once, ${before} written before; CPU per exchange:`)
  for (const [name, { allUs, mainUs, wallMs }, made] of [
    ['best round', writing[0], making[0]],
    ['median', writing[1], making[1]],
  ] as const) {
    const [main, rest] = [mainUs - made.mainUs, allUs - mainUs - (made.allUs - made.mainUs)]
    const speed = Math.round(exchanges / (wallMs / 1000))
    console.log(
      `${name.padEnd(10)}  ${(main + rest).toFixed(1)} µs: main thread ${main.toFixed(1)}, worker and garbage collection ` +
        `${rest.toFixed(1)} (making the values, taken off: ${made.allUs.toFixed(1)}); ${speed} exchanges/s`,
    )
  }
  console.log(`database    ${Math.round(bytes / exchanges / ROUNDS)} bytes an exchange`)
} finally {
  await store.close()
  await rm(folder, { recursive: true, force: true })
}
