/**
 * What every Store must do, whatever it is made of: the conformance suite of the port in src/journal/store.ts. An
 * implementation's own test calls `storeSuite` with a way to make an empty place for a store.
 */
import { type StoreBed, storeTester } from './store-bed.ts'
import { conferencesSuite } from './store-conferences.ts'
import { entriesSuite } from './store-entries.ts'
import { recordingsSuite } from './store-recordings.ts'
import { stateSuite } from './store-state.ts'

export function storeSuite(name: string, newBed: () => Promise<StoreBed>): void {
  entriesSuite(name, storeTester(newBed))
  stateSuite(name, storeTester(newBed))
  recordingsSuite(name, storeTester(newBed))
  conferencesSuite(name, storeTester(newBed))
}
