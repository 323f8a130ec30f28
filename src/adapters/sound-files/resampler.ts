/**
 * One channel from any sample rate to 8 kHz, by libspeexdsp's windowed-sinc filter. What comes out is as long as what
 * went in and begins with it: the filter's delay is cut off in front and made up for at the end.
 */
import load, { type SpeexModule } from '@echogarden/speex-resampler-wasm/simd'
import { assert } from '../../lib/assert.ts'
import { TELEPHONE_HZ } from './messages.ts'

/**
 * Of 0 to 10. At 5 the telephone's band, up to 3.4 kHz, is untouched and all above 4.2 kHz is 100 dB down. At 8 the band
 * is 300 Hz wider and costs half as much again.
 */
const QUALITY = 5
/** Samples read, and room for samples written, at a time. */
const BLOCK = 4096
const FLOAT_BYTES = 4

let loading: Promise<SpeexModule> | null = null
/** One module, and so one memory, a thread. */
export const loadSpeex = (): Promise<SpeexModule> => {
  loading ??= load()
  return loading
}

export class Resampler {
  readonly #speex: SpeexModule
  readonly #state: number
  readonly #latency: number
  /** Two lengths, the input, the output. */
  readonly #memory: number

  constructor(speex: SpeexModule, fromHz: number) {
    this.#speex = speex
    this.#memory = speex._malloc(8 + 2 * BLOCK * FLOAT_BYTES)
    this.#state = speex._speex_resampler_init(1, fromHz, TELEPHONE_HZ, QUALITY, this.#memory)
    assert(this.#memory !== 0 && this.#state !== 0, `no memory to resample from ${fromHz} Hz`)
    this.#latency = speex._speex_resampler_get_input_latency(this.#state)
    speex._speex_resampler_skip_zeros(this.#state)
  }

  /** @param take gets what comes out, piece by piece; a piece is good until `take` returns */
  push(samples: Float32Array, take: (samples: Float32Array) => void): void {
    const speex = this.#speex
    const lengths = this.#memory
    const input = lengths + 8
    const output = input + BLOCK * FLOAT_BYTES
    for (let at = 0; at < samples.length; ) {
      const block = samples.subarray(at, at + BLOCK)
      speex.HEAPF32.set(block, input / FLOAT_BYTES)
      speex.HEAPU32[lengths / 4] = block.length
      speex.HEAPU32[lengths / 4 + 1] = BLOCK
      const error = speex._speex_resampler_process_float(this.#state, 0, input, lengths, output, lengths + 4)
      const read = speex.HEAPU32[lengths / 4]!
      const written = speex.HEAPU32[lengths / 4 + 1]!
      assert(error === 0 && read + written > 0, 'the resampler reads or writes at each call')
      take(speex.HEAPF32.subarray(output / FLOAT_BYTES, output / FLOAT_BYTES + written))
      at += read
    }
  }

  /** What the filter still holds; frees it. */
  end(take: (samples: Float32Array) => void): void {
    this.push(new Float32Array(this.#latency), take)
    this.free()
  }

  /** Once. */
  free(): void {
    this.#speex._speex_resampler_destroy(this.#state)
    this.#speex._free(this.#memory)
  }
}
