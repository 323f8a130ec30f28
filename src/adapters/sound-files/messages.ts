/** What the main thread and its workers say to each other: one job, one answer, never two jobs at once. */
import type { SampleLayout } from '../../wire/codec/sample-layout.ts'

export const TELEPHONE_HZ = 8000
/** 40 minutes: the longest sound there is. What a file holds beyond it is not decoded. */
export const ULAW_BYTES_MAX = 40 * 60 * TELEPHONE_HZ

export type Job =
  | { readonly job: 'samples'; readonly file: Uint8Array; readonly layout: SampleLayout }
  | { readonly job: 'mp3'; readonly file: Uint8Array }
  | EncodeMp3

export interface EncodeMp3 {
  readonly job: 'encode-mp3'
  readonly wavPath: string
  readonly mp3Path: string
  readonly channels: 'mixed' | 'as-is'
}

/** What the file is called until it is whole. */
export const unfinished = (mp3Path: string): string => `${mp3Path}.unfinished`

export type Answer =
  | { readonly ulaw: Uint8Array<ArrayBuffer> }
  | { readonly written: true }
  | { readonly failed: string }
