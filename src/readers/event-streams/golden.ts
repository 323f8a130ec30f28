/** For the tests of this folder: the golden exchanges, one for each voice event type that has exchanges of its own. */
import { readFileSync } from 'node:fs'
import type { Exchange } from '../../journal/entry.ts'
import { type EventOptions, eventsOf, SCHEMA_BASE_DEFAULT, type StreamEvent } from './events-of.ts'
import { voiceCatalogue } from './voice-types.ts'

export const OPTIONS: EventOptions = {
  catalogue: voiceCatalogue,
  gate: 'callback',
  transcriptionContent: false,
  schemaBase: SCHEMA_BASE_DEFAULT,
}

/** @param name a type without its `com.twilio.voice.` */
export function golden(name: string): Exchange {
  const file = new URL(`../../../test/golden/exchanges/${name}.json`, import.meta.url)
  return JSON.parse(readFileSync(file, 'utf8')) as Exchange
}

/** The event of the current type. */
export function goldenEvent(name: string, change: Partial<Exchange> = {}): StreamEvent {
  const [event] = eventsOf({ ...golden(name), ...change }, OPTIONS)
  if (!event) throw new Error(`${name} makes no event`)
  return event
}
