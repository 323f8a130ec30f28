/** What the two threads say to each other: one job, one answer, never two jobs at once. */

export type FliteVoice = 'slt' | 'rms'

export interface FliteJob {
  readonly voice: FliteVoice
  /** ASCII without control characters. */
  readonly text: string
  /** 2 is twice as slow. */
  readonly stretch: number
  /** 2 is an octave higher. The voice `rms` takes no notice of it. */
  readonly f0Shift: number
}

export type FliteAnswer =
  | { readonly samples: Int16Array<ArrayBuffer>; readonly sampleRate: number }
  | { readonly failed: string }
