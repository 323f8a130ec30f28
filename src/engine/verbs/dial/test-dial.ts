/** A `<Dial>` for tests: a caller on the line, parties that a test plays, and bridges that are written down. */
import type { Entry } from '../../../journal/entry.ts'
import type { CallSid } from '../../../lib/ids.ts'
import { ACCOUNT, APP, type AppRoute, inline, someCalls } from '../../call/test-calls.ts'
import type { PlayedLeg } from '../../call/test-legs.ts'
import type { LegInput } from '../../ports/leg.ts'
import type { LegMedia } from '../../ports/leg-media.ts'
import type { MediaBridge } from '../../ports/media-engine.ts'

export const ANSWERED: LegInput = { input: 'answered' }
export const RANG: LegInput = { input: 'rang' }
export const HUNG_UP: LegInput = { input: 'hung-up' }
export const BUSY: LegInput = { input: 'busy', sipResponseCode: 486 }
export const UNREACHABLE: LegInput = { input: 'failed', sipResponseCode: 404 }

/** Bridges as they come and go; nothing is heard over them. */
export function fakeMedia() {
  const bridges: { readonly between: readonly LegMedia[]; open: boolean }[] = []
  return {
    bridges,
    bridge(one: LegMedia, other: LegMedia): MediaBridge {
      const bridge = { between: [one, other], open: true }
      bridges.push(bridge)
      return {
        end: () => {
          bridge.open = false
        },
      }
    },
    room(): never {
      throw new Error('no <Dial> of parties needs a room')
    },
  }
}

export interface TestDial {
  /** Verbs before the Dial. */
  readonly before?: string
  readonly attributes?: string
  /** What stands in the Dial; `action` is the app's /done. */
  readonly nouns: string
  readonly routes?: Readonly<Record<string, AppRoute>>
}

/** The app's document after the Dial: the caller waits. */
const WAIT = '<Pause length="7200"/>'

/** A party has dialled in, and its call runs a Dial. */
export async function aDial({ before = '', attributes = '', nouns, routes = {} }: TestDial) {
  const media = fakeMedia()
  const world = someCalls({ '/done': () => WAIT, '/status': () => '', ...routes }, { media })
  const { calls, clock, legs, requests, now } = world
  const callSid = (await world.dialIn(
    inline(`${before}<Dial action="${APP}/done" ${attributes}>${nouns}</Dial>${WAIT}`),
  ))!
  await now()
  const [caller] = legs as [PlayedLeg]
  const entries = (sid: CallSid) =>
    world.written
      .filter((write): write is Entry => write.kind === 'exchange' || write.kind === 'fact')
      .filter((entry) => entry.callSid === sid)
  return {
    ...world,
    callSid,
    caller,
    bridges: media.bridges,
    /** The leg that was dialled as the nth, from 0. */
    party(index: number): PlayedLeg {
      const leg = legs[index + 1]
      if (!leg) throw new Error(`only ${legs.length - 1} parties were dialled`)
      return leg
    },
    dialled: () => legs.length - 1,
    async far(leg: PlayedLeg, ...inputs: LegInput[]) {
      for (const input of inputs) {
        leg.far(input)
        await now()
      }
    },
    after: (seconds: number) => clock.advance(seconds * 1000),
    /** What `action` was told, each time it was. */
    actions: () => requests.filter(({ path }) => path === '/done').map(({ parameters }) => dialParameters(parameters)),
    told: (path: string) => requests.filter((request) => request.path === path).map(({ parameters }) => parameters),
    /** Documents and other requests about one call but callbacks, as `purpose verb`. */
    purposes: (sid: CallSid) =>
      entries(sid).flatMap((entry) =>
        entry.kind === 'exchange' && entry.purpose !== 'status-callback' ? [`${entry.purpose} ${entry.verb}`] : [],
      ),
    /** What one party was played. */
    heard: (sid: CallSid) =>
      entries(sid).flatMap((entry) => (entry.kind === 'fact' && entry.body.fact === 'heard' ? [entry.body.span] : [])),
    recordOf: (leg: PlayedLeg) => calls.find(ACCOUNT, leg.callSid),
    statuses: () => Promise.all(legs.slice(1).map(async (leg) => (await calls.find(ACCOUNT, leg.callSid))?.status)),
    statusOf: async (leg: PlayedLeg) => (await calls.find(ACCOUNT, leg.callSid))?.status,
  }
}

function dialParameters(parameters: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => /^(Dial|Recording)/.test(name)))
}
