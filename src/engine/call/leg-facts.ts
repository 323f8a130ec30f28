/** What of a leg's inputs goes to the journal as it is: what the party heard, pressed and said, its script, and its wire. */
import type { FactBody } from '../../journal/entry.ts'
import type { Instant } from '../../lib/ids.ts'
import type { LegInput } from '../ports/leg.ts'

/**
 * @param sinceAnswerMs milliseconds from the answer to a moment, to now when none is given
 * @returns null for signalling, which moves the call instead, and for single keys, which the leg's media collects
 */
export function factOf(input: LegInput, sinceAnswerMs: (at?: Instant) => number): FactBody | null {
  switch (input.input) {
    case 'heard':
      return { fact: 'heard', atMs: sinceAnswerMs(input.startedAt), span: input.span }
    case 'pressing':
      return { fact: 'pressed', atMs: sinceAnswerMs(), digits: input.digits, ...(input.inBand && { inBand: true }) }
    case 'said':
      return {
        fact: 'said',
        atMs: sinceAnswerMs(),
        text: input.text,
        ...(input.sound && { sound: input.sound.id, lengthMs: input.sound.lengthMs }),
      }
    case 'script': {
      const { state, step, wanted } = input
      return { fact: 'script', state, step, ...(wanted !== undefined && { wanted }) }
    }
    case 'wire':
      return { fact: 'wire', wire: input.wire }
    case 'line':
      return { fact: 'line', statistics: input.statistics }
    default:
      return null
  }
}
