/**
 * The score of a call: what sounded when on either side, read from the call's facts. Nothing is recorded while a call
 * runs; who knows what was played, said and pressed, and when, can play it again.
 */
import type { FactBody, HeardSpan } from '../../journal/entry.ts'

export type SoundSource = { readonly id: string } | { readonly keys: string }

/** One sound on one side, in milliseconds since the answer. */
export interface Note {
  readonly fromMs: number
  readonly toMs: number
  /** Begins at `fromMs`. Null when nothing says how it sounded. */
  readonly source: SoundSource | null
}

export interface Score {
  readonly lengthMs: number
  /** In the order of time; notes of one side do not overlap. */
  readonly party: readonly Note[]
  readonly platform: readonly Note[]
}

/** Facts that sound. */
export const SOUNDING_FACTS = ['heard', 'said', 'pressed'] as const satisfies FactBody['fact'][]

/**
 * @param facts in the order they were written
 * @param hearing what a live call's party is hearing now, which is no fact yet
 */
export function toScore(
  facts: readonly FactBody[],
  lengthMs: number,
  hearing: { readonly span: HeardSpan; readonly atMs: number } | null = null,
): Score {
  const party: Note[] = []
  const platform: Note[] = []
  for (const fact of facts) {
    if (fact.fact === 'heard') platform.push(heard(fact))
    else if (fact.fact === 'said') party.push(said(fact))
    // Keys that travel beside the sound are not heard.
    else if (fact.fact === 'pressed' && fact.inBand)
      party.push({ fromMs: fact.atMs, toMs: Number.POSITIVE_INFINITY, source: { keys: fact.digits } })
  }
  if (hearing) platform.push(heard(hearing))
  return { lengthMs, party: inTime(party, lengthMs), platform: inTime(platform, lengthMs) }
}

function heard({ atMs, span }: { readonly atMs: number; readonly span: HeardSpan }): Note {
  return { fromMs: atMs, toMs: atMs + span.playedMs, source: sourceOf(span.sound) }
}

function said({ atMs, sound, playedMs, lengthMs }: Extract<FactBody, { readonly fact: 'said' }>): Note {
  // Without a length the sound itself says when it is over.
  return { fromMs: atMs, toMs: atMs + (playedMs ?? lengthMs ?? Number.POSITIVE_INFINITY), source: sourceOf(sound) }
}

const sourceOf = (id: string | undefined): SoundSource | null => (id === undefined ? null : { id })

/** A note ends where the next one begins, and with the call. What is left without length is left out. */
function inTime(notes: readonly Note[], lengthMs: number): readonly Note[] {
  const sorted = notes.toSorted((a, b) => a.fromMs - b.fromMs)
  return sorted
    .map(({ fromMs, toMs, source }, index) => ({
      fromMs: Math.round(fromMs),
      toMs: Math.round(Math.min(toMs, sorted[index + 1]?.fromMs ?? lengthMs, lengthMs)),
      source,
    }))
    .filter(({ fromMs, toMs }) => toMs > fromMs)
}
