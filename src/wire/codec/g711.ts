/**
 * G.711, the telephone's 8-bit code for a 16-bit sample (ITU-T G.711). Decoding is a table of 256, encoding computes.
 * µ-law: bias 132, clip 32635, sign, 3-bit exponent, 4-bit mantissa, all bits inverted. A-law: 13-bit, XOR 0x55.
 */

/** µ-law's code of digital silence. */
export const ULAW_SILENCE = 0xff
/** Samples of one millisecond at the telephone's 8 kHz; in µ-law also its bytes. */
export const SAMPLES_PER_MS = 8

const BIAS = 132
const CLIP = 32_635

export function encodeUlaw(sample: number): number {
  const sign = sample < 0 ? 0x80 : 0
  const magnitude = Math.min(sample < 0 ? -sample : sample, CLIP) + BIAS
  const exponent = 31 - Math.clz32(magnitude) - 7
  return ~(sign | (exponent << 4) | ((magnitude >> (exponent + 3)) & 0x0f)) & 0xff
}

function decodeUlaw(code: number): number {
  const inverted = ~code & 0xff
  const magnitude = ((((inverted & 0x0f) << 3) + BIAS) << ((inverted >> 4) & 7)) - BIAS
  return inverted & 0x80 ? -magnitude : magnitude
}

function decodeAlaw(code: number): number {
  const turned = code ^ 0x55
  const exponent = (turned >> 4) & 7
  const mantissa = ((turned & 0x0f) << 4) + 8
  const magnitude = exponent === 0 ? mantissa : (mantissa + 0x100) << (exponent - 1)
  return turned & 0x80 ? magnitude : -magnitude
}

/** Linear sample by µ-law code. */
export const ULAW_TO_LINEAR: Int16Array = Int16Array.from({ length: 256 }, (_, code) => decodeUlaw(code))
/** Linear sample by A-law code. */
export const ALAW_TO_LINEAR: Int16Array = Int16Array.from({ length: 256 }, (_, code) => decodeAlaw(code))

/** @param into where the codes go; by default an array of its own */
export function toUlaw(samples: Int16Array, into: Uint8Array = new Uint8Array(samples.length)): Uint8Array {
  for (let at = 0; at < samples.length; at++) into[at] = encodeUlaw(samples[at]!)
  return into
}

/** @param into where the samples go; by default an array of its own */
export function fromUlaw(codes: Uint8Array, into: Int16Array = new Int16Array(codes.length)): Int16Array {
  for (let at = 0; at < codes.length; at++) into[at] = ULAW_TO_LINEAR[codes[at]!]!
  return into
}
