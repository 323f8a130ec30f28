/**
 * Dials in which everything happens at random moments: parties answer, refuse and hang up, keys are pressed, REST ends and
 * redirects calls, parties ask to be replaced. Whatever the order: every call ends, every party's last callback comes
 * once, `action` is asked once unless another document took over, and nobody stays connected.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CallSid } from '../../../lib/ids.ts'
import { APP } from '../../call/test-calls.ts'
import type { PlayedLeg } from '../../call/test-legs.ts'
import type { LegInput } from '../../ports/leg.ts'
import { aDial } from './test-dial.ts'

const DIALS = 400
const ACTS_MAX = 14
const LASTS_SEC = 90

/** Mulberry32: 32 bits of state, the same numbers for the same seed. */
function randomFrom(seed: number) {
  let state = seed
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    below: (count: number) => Math.floor(next() * count),
    chance: (part: number) => next() < part,
    oneOf: <T>(items: readonly T[]): T => items[Math.floor(next() * items.length)]!,
  }
}
type Random = ReturnType<typeof randomFrom>

function someNouns(random: Random): string {
  const nouns = ['Number', 'Client', 'Sip'] as const
  const addresses = { Number: '+15551231000', Client: 'joe', Sip: 'sip:bob@a' }
  return Array.from({ length: 1 + random.below(4) }, () => {
    const noun = random.oneOf(nouns)
    const whisper = random.chance(0.4) ? `url="${APP}/whisper"` : ''
    const digits = noun === 'Number' && random.chance(0.3) ? 'sendDigits="1w2"' : ''
    const callback = `statusCallback="${APP}/child" statusCallbackEvent="initiated ringing answered completed"`
    return `<${noun} ${whisper} ${digits} ${callback}>${addresses[noun]}</${noun}>`
  }).join('')
}

function someAttributes(random: Random): string {
  const attributes = ['timeout="20"']
  if (random.chance(0.3)) attributes.push('sequential="true"')
  if (random.chance(0.3)) attributes.push('answerOnBridge="true"')
  if (random.chance(0.3)) attributes.push('hangupOnStar="true"')
  if (random.chance(0.3)) attributes.push(`timeLimit="${1 + random.below(20)}"`)
  if (random.chance(0.3)) attributes.push(`referUrl="${APP}/refer"`)
  if (random.chance(0.4)) attributes.push(`record="record-from-${random.oneOf(['answer', 'ringing-dual'])}"`)
  return attributes.join(' ')
}

const WHISPERS = ['', '<Say>Hello</Say>', '<Hangup/>', '<Pause length="8"/>', '<Gather numDigits="1"/><Hangup/>']

/** What the far end of a leg may do now; nothing follows its end. */
function inputsOf(isCaller: boolean, answered: boolean): readonly LegInput[] {
  const over: LegInput[] = [{ input: 'hung-up' }]
  if (answered)
    return [
      ...over,
      { input: 'digit', digit: '*' },
      { input: 'digit', digit: '1' },
      { input: 'transfer', target: 'sip:carol@a' },
    ]
  if (isCaller) return over
  return [
    { input: 'rang' },
    { input: 'answered' },
    { input: 'answered' },
    { input: 'answered' },
    { input: 'busy', sipResponseCode: 486 },
    { input: 'failed', sipResponseCode: 404 },
  ]
}

async function raceOnce(seed: number): Promise<void> {
  const random = randomFrom(seed)
  /** Real turns of the loop that a request takes: the clock stands still meanwhile. */
  const slowly = async (twiml: string) => {
    for (let turns = random.below(4); turns > 0; turns--) await new Promise(setImmediate)
    return twiml
  }
  const dial = await aDial({
    before: random.chance(0.3) ? '<Say>Hi</Say>' : '',
    attributes: someAttributes(random),
    nouns: someNouns(random),
    routes: {
      '/whisper': () => slowly(random.oneOf(WHISPERS)),
      '/refer': () => slowly('<Pause length="5"/>'),
      '/other': () => slowly('<Pause length="5"/>'),
      '/done': () => slowly('<Pause length="5"/>'),
      '/child': () => slowly(''),
    },
  })
  const { legs, caller, clock, calls } = dial
  const up = new Set<PlayedLeg>()
  const over = new Set<PlayedLeg>()
  let redirected = false
  caller.onPickedUp = () => up.add(caller)
  if (caller.done.includes('answer')) up.add(caller)

  const act = () => {
    const alive = legs.filter((leg) => !over.has(leg) && !leg.done.includes('hang up'))
    if (alive.length === 0) return
    const leg = random.oneOf(alive)
    if (random.chance(0.25)) return rest(leg)
    const input = random.oneOf(inputsOf(leg === caller, up.has(leg)))
    if (input.input === 'answered') up.add(leg)
    if (['hung-up', 'busy', 'failed'].includes(input.input)) over.add(leg)
    leg.far(input)
  }
  const rest = (leg: PlayedLeg) => {
    const change = random.oneOf([
      { status: 'completed' },
      { status: 'canceled' },
      { document: { url: `${APP}/other`, method: 'POST' } },
    ] as const)
    void dial.change(leg.callSid, change).then((result) => {
      if (leg === caller && 'document' in change && result !== 'not-in-progress') redirected = true
    })
  }
  for (let acts = 1 + random.below(ACTS_MAX); acts > 0; acts--) {
    // Half of it early, when most is open.
    clock.after(random.below(random.oneOf([LASTS_SEC * 100, LASTS_SEC * 1000])), () => {
      act()
      // Sometimes two things happen before anything else can.
      if (random.chance(0.3)) act()
    })
  }
  clock.after(LASTS_SEC * 1000, () => {
    if (!over.has(caller) && !caller.done.includes('hang up')) caller.far({ input: 'hung-up' })
  })
  await clock.untilIdle()
  await dial.now()

  assert.equal(calls.size, 0, 'calls are still in memory')
  assert.equal(clock.pending, 0, 'timers are left')
  for (const leg of legs) {
    const status = await dial.statusOf(leg)
    assert.ok(status && !['queued', 'ringing', 'in-progress'].includes(status), `a call is still ${status}`)
  }
  assert.deepEqual(
    dial.bridges.filter(({ open }) => open),
    [],
    'parties are still connected',
  )
  for (const { callSid } of legs.slice(1)) {
    const told = callbacksOf(dial.told('/child'), callSid)
    assert.equal(
      told.filter((status) => !['initiated', 'ringing', 'in-progress'].includes(status)).length,
      1,
      `${told}`,
    )
  }
  const transferred = dial.told('/refer').length > 0
  const actions = dial.actions().length
  // Whoever hangs up before the Dial has begun dials nobody.
  const dialled = dial.dialled() > 0
  if (dialled && !redirected && !transferred) assert.equal(actions, 1, 'the action was not asked once')
  else assert.ok(actions <= 1, 'the action was asked more than once')
  for (const recording of dial.files.made) assert.notEqual(recording.frames, null, 'a recording is still open')
}

const callbacksOf = (told: readonly Readonly<Record<string, string>>[], callSid: CallSid): string[] =>
  told.filter(({ CallSid }) => CallSid === callSid).map(({ CallStatus }) => CallStatus!)

test(`${DIALS} dials at random moments: nobody is stuck, no callback is lost`, async () => {
  for (let seed = 1; seed <= DIALS; seed++) {
    try {
      await raceOnce(seed)
    } catch (error) {
      throw new Error(`seed ${seed}: ${(error as Error).message}`, { cause: error })
    }
  }
})
