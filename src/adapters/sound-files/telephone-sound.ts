/** Gathers what is decoded, at whatever rate it comes, as µ-law at 8 kHz, up to the longest length of a sound. */
import type { SpeexModule } from '@echogarden/speex-resampler-wasm/simd'
import { toUlaw } from '../../wire/codec/g711.ts'
import { toInt16 } from '../../wire/codec/wav-samples.ts'
import { TELEPHONE_HZ, ULAW_BYTES_MAX } from './messages.ts'
import { Resampler } from './resampler.ts'

export class TelephoneSound {
  readonly #speex: SpeexModule
  readonly #parts: Uint8Array[] = []
  #bytes = 0
  #sampleRate = TELEPHONE_HZ
  /** Null at 8 kHz. */
  #resampler: Resampler | null = null

  constructor(speex: SpeexModule) {
    this.#speex = speex
  }

  /** More of the same length is of no use. */
  get full(): boolean {
    return this.#bytes >= ULAW_BYTES_MAX
  }

  /** @param samples one channel, full scale is 1 */
  push(samples: Float32Array, sampleRate: number): void {
    if (sampleRate !== this.#sampleRate) {
      this.#flush()
      this.#sampleRate = sampleRate
      this.#resampler = sampleRate === TELEPHONE_HZ ? null : new Resampler(this.#speex, sampleRate)
    }
    if (this.#resampler) this.#resampler.push(samples, this.#take)
    else this.#take(samples)
  }

  /** The whole sound. Nothing can be pushed any more. */
  end(): Uint8Array<ArrayBuffer> {
    this.#flush()
    const whole = new Uint8Array(this.#bytes)
    let at = 0
    for (const part of this.#parts) {
      whole.set(part, at)
      at += part.length
    }
    return whole
  }

  /** Lets everything go; for a sound that nobody wants any more. */
  free(): void {
    this.#resampler?.free()
    this.#resampler = null
  }

  #flush(): void {
    this.#resampler?.end(this.#take)
    this.#resampler = null
  }

  readonly #take = (samples: Float32Array): void => {
    const wanted = samples.subarray(0, ULAW_BYTES_MAX - this.#bytes)
    if (wanted.length === 0) return
    this.#parts.push(toUlaw(toInt16(wanted)))
    this.#bytes += wanted.length
  }
}
