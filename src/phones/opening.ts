/**
 * What a phone sounds like by itself once the line is up, before its script: a person who says hello, a machine that greets
 * and beeps, a fax.
 */
import type { Beep, Phone } from './phone.ts'

export type OpeningStep =
  | { readonly waitMs: number }
  | { readonly say: string }
  /** `text` is what the ledger shows. */
  | { readonly tone: string; readonly lengthMs: number; readonly levelDbfs: number; readonly text: string }

export interface Opening {
  readonly steps: readonly OpeningStep[]
  /** How long it stays on the line after that; null: as long as the platform does. */
  readonly staysMs: number | null
}

export const BEEP_DEFAULT = { hz: 1000, lengthMs: 400 } as const
const BEEP_DBFS = -12

/** A machine records this long, then hangs up. */
const MACHINE_STAYS_MS = 120_000

const FAX_DBFS = -12
/** ITU-T T.30: an answering fax waits about two seconds and sends one long tone; a calling one its short tone every 3.5 s. */
const FAX_ANSWERING_AFTER_MS = 2000
const FAX_ANSWERING = { tone: '2100/3000', lengthMs: 3000, levelDbfs: FAX_DBFS, text: '(fax)' } as const
/** ITU-T T.30: when no other fax is found in this time it hangs up. */
const FAX_STAYS_MS = 35_000
const FAX_CALLING = { tone: '1100/500 0/3000', lengthMs: FAX_STAYS_MS, levelDbfs: FAX_DBFS, text: '(fax)' } as const

const NOTHING: Opening = { steps: [], staysMs: null }

/** Of a phone that was called and has answered. */
export function answeringWith({ greeting, machine, fax }: Phone): Opening {
  if (machine) return { steps: [{ say: machine.greeting }, ...beepOf(machine.beep)], staysMs: MACHINE_STAYS_MS }
  if (fax) return { steps: [{ waitMs: FAX_ANSWERING_AFTER_MS }, FAX_ANSWERING], staysMs: FAX_STAYS_MS }
  return greeting === null ? NOTHING : { steps: [{ say: greeting }], staysMs: null }
}

/** Of a phone that called and was answered: people and machines wait to be greeted. */
export const callingWith = ({ fax }: Phone): Opening => (fax ? { steps: [FAX_CALLING], staysMs: 0 } : NOTHING)

function beepOf(beep: Beep): OpeningStep[] {
  if (beep === false) return []
  const { hz, lengthMs } = { ...BEEP_DEFAULT, ...(beep !== true && beep) }
  return [{ tone: `${hz}/${lengthMs}`, lengthMs, levelDbfs: BEEP_DBFS, text: '(beep)' }]
}
