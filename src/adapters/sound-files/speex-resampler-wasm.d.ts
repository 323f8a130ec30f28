/** What we use of the module, which has no types: libspeexdsp's C interface on the module's own memory. */
declare module '@echogarden/speex-resampler-wasm/simd' {
  /** An address in the module's memory. */
  type Pointer = number

  export interface SpeexModule {
    /** Views of the memory; they change when it grows, so they are asked for anew after each call. */
    readonly HEAPF32: Float32Array
    readonly HEAPU32: Uint32Array
    _malloc(bytes: number): Pointer
    _free(at: Pointer): void
    /** @returns 0 and an error at `error` when it cannot be made */
    _speex_resampler_init(channels: number, fromHz: number, toHz: number, quality: number, error: Pointer): Pointer
    _speex_resampler_destroy(state: Pointer): void
    _speex_resampler_skip_zeros(state: Pointer): number
    _speex_resampler_get_input_latency(state: Pointer): number
    /** The lengths say how much there is and how much room, and then how much was read and written. */
    _speex_resampler_process_float(
      state: Pointer,
      channel: number,
      input: Pointer,
      inputLength: Pointer,
      output: Pointer,
      outputLength: Pointer,
    ): number
  }

  export default function load(): Promise<SpeexModule>
}
