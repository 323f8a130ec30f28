/** A simulated network for the tests of this folder, with its clock in hand and every input of a leg written down. */

import { InlineEngine } from '../engine/media/inline-engine.ts'
import { aSound, memoryFiles, testSounds } from '../engine/media/test-sounds.ts'
import { timedVoiceMs } from '../engine/media/timed-voice.ts'
import type { Leg, LegInput } from '../engine/ports/leg.ts'
import type { Prompt } from '../engine/ports/leg-media.ts'
import type { AccountSid, CallSid, Instant } from '../lib/ids.ts'
import { silentLogger } from '../lib/logger.ts'
import { VirtualClock } from '../lib/virtual-clock.ts'
import { SimulatedNetwork } from './network.ts'
import { type PhoneBody, parsePhone } from './phone.ts'

export const ACCOUNT = `AC${'0'.repeat(32)}` as AccountSid
export const CALL = `CA${'1'.repeat(32)}` as CallSid
export const OTHER_CALL = `CA${'2'.repeat(32)}` as CallSid
export const OURS = '+15005550006'
export const PHONE = '+15551230001'

/** Inputs as text and when they came, in milliseconds since the beginning. */
export type Told = readonly [atMs: number, what: string]

function told(input: LegInput): string {
  switch (input.input) {
    case 'heard':
      return `heard ${input.span.text ?? input.span.url} ${input.span.playedMs}${input.span.cut ? ' cut' : ''}`
    case 'busy':
    case 'rejected':
    case 'failed':
      return `${input.input} ${input.sipResponseCode}`
    case 'pressing':
      return `pressing ${input.digits}`
    case 'digit':
      return `digit ${input.digit}`
    case 'said':
      return `said ${input.text}`
    case 'script':
      return `script ${input.state} ${input.step}${input.wanted === undefined ? '' : ` wanted ${input.wanted}`}`
    case 'message':
      return `message ${input.content}`
    case 'transfer':
      return `transfer ${input.target}`
    default:
      return input.input
  }
}

export interface Line {
  readonly inputs: Told[]
  leg: Leg
}

export function aNetwork() {
  const clock = new VirtualClock({ startAt: 0 as Instant, settleMs: 0, mode: 'held' })
  const media = new InlineEngine({ clock, files: memoryFiles() })
  const network = new SimulatedNetwork({
    clock,
    logger: silentLogger,
    media,
    sounds: testSounds,
    namedSound: async (_accountSid, name) => (name === 'song' ? aSound(5000) : null),
  })
  const configure = (address: string, body: PhoneBody) =>
    network.book.set({
      accountSid: ACCOUNT,
      address,
      phone: parsePhone(body),
      createdAt: clock.now(),
      updatedAt: clock.now(),
    })
  const lineTo = (open: (listener: (input: LegInput) => void) => Leg): Line => {
    const inputs: Told[] = []
    const leg = open((input) => void inputs.push([clock.now(), told(input)]))
    return { inputs, leg }
  }
  const dial = (to: string, callSid = CALL) =>
    lineTo((listener) => network.dial({ callSid, accountSid: ACCOUNT, from: OURS, to }, listener))
  const play = (line: Line, ...prompts: Prompt[]) =>
    line.leg.media.run({ play: prompts.map((prompt) => ({ prompt, times: 1 })) }, new AbortController().signal)
  return { clock, media, network, configure, lineTo, dial, play }
}

export const say = (text: string): Prompt => ({ kind: 'say', verb: 'Say', text, sound: aSound(timedVoiceMs(text)) })
export const RANG: Told = [100, 'rang']
