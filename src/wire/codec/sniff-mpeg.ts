/**
 * The frames of an MPEG audio file (ISO 11172-3, 13818-3 and "2.5"), found by their headers alone: layers I to III,
 * without "free format". Tags before, after and between the frames, and everything else that is no frame, is passed over.
 */

export interface MpegFrame {
  /** With its header. */
  readonly bytes: number
  readonly sampleRate: number
  /** Version and layer: these and the sample rate stay the same throughout a stream. */
  readonly kind: number
}

/** Frames that follow each other without a gap at one sample rate. */
export interface MpegRun {
  readonly start: number
  end: number
  readonly sampleRate: number
}

const RUN_BYTES_MAX = 32 * 1024
const ID3_TAGS_MAX = 8

/** By bitrate index: kbit/s. */
const V1_LAYER1 = [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448]
const V1_LAYER2 = [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384]
const V1_LAYER3 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
const V2_LAYER1 = [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256]
const V2_LAYERS = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]
/** By version bits (0 is 2.5, 1 is reserved), then by rate index. */
const SAMPLE_RATES = [[11_025, 12_000, 8000], [], [22_050, 24_000, 16_000], [44_100, 48_000, 32_000]]
const VERSION_1 = 3
const LAYER_1 = 3
const LAYER_3 = 1

/** The frame whose header stands at `at`; null when none does. What is behind the header is not looked at. */
export function mpegFrameAt(bytes: Uint8Array, at: number): MpegFrame | null {
  //  0        11        13      15          16        20     22        23
  //  | sync 1s | version | layer | no checksum | bitrate | rate | padding | …      bits
  if (bytes[at] !== 0xff || at + 4 > bytes.length) return null
  const second = bytes[at + 1]!
  const third = bytes[at + 2]!
  if ((second & 0xe0) !== 0xe0) return null
  const version = (second >> 3) & 3
  const layer = (second >> 1) & 3
  const sampleRate = SAMPLE_RATES[version]?.[(third >> 2) & 3]
  const bitrate = bitrates(version, layer)[third >> 4]
  if (layer === 0 || !sampleRate || !bitrate) return null
  const padding = (third >> 1) & 1
  const kind = second & 0x1e
  if (layer === LAYER_1) {
    return { bytes: (Math.floor((12_000 * bitrate) / sampleRate) + padding) * 4, sampleRate, kind }
  }
  const half = layer === LAYER_3 && version !== VERSION_1
  return { bytes: Math.floor(((half ? 72_000 : 144_000) * bitrate) / sampleRate) + padding, sampleRate, kind }
}

function bitrates(version: number, layer: number): readonly number[] {
  if (version !== VERSION_1) return layer === LAYER_1 ? V2_LAYER1 : V2_LAYERS
  if (layer === LAYER_1) return V1_LAYER1
  return layer === LAYER_3 ? V1_LAYER3 : V1_LAYER2
}

/** Whether a frame stands at `at`, wholly there, with another of its kind at its end or the file's end. */
export function isMpegAt(bytes: Uint8Array, at: number): boolean {
  const frame = mpegFrameAt(bytes, at)
  if (!frame || at + frame.bytes > bytes.length) return false
  return at + frame.bytes === bytes.length || isLike(mpegFrameAt(bytes, at + frame.bytes), frame)
}

const isLike = (frame: MpegFrame | null, other: MpegFrame): boolean =>
  frame !== null && frame.kind === other.kind && frame.sampleRate === other.sampleRate

/**
 * All frames in their order. Eleven bits and some plausible ones are easily found in garbage, so a frame counts when it
 * directly follows or is followed by one of its kind. A last frame that is cut off does not.
 */
export function* mpegRuns(bytes: Uint8Array): Generator<MpegRun> {
  let run: MpegRun | null = null
  /** The frame that ends at `at`, if one does. */
  let before: MpegFrame | null = null
  let at = afterId3(bytes)
  while (at !== -1 && at < bytes.length) {
    const frame = mpegFrameAt(bytes, at)
    const whole = frame !== null && at + frame.bytes <= bytes.length
    if (whole && ((before && isLike(before, frame)) || isMpegAt(bytes, at))) {
      const fits = run?.end === at && run.sampleRate === frame.sampleRate
      if (run && (!fits || run.end - run.start + frame.bytes > RUN_BYTES_MAX)) {
        yield run
        run = null
      }
      run ??= { start: at, end: at, sampleRate: frame.sampleRate }
      at += frame.bytes
      run.end = at
      before = frame
    } else {
      before = null
      at = bytes.indexOf(0xff, at + 1)
    }
  }
  if (run) yield run
}

/** Behind the ID3v2 tags. One that claims more than the file has is searched for frames like everything else. */
function afterId3(bytes: Uint8Array): number {
  let at = 0
  for (let tag = 0; tag < ID3_TAGS_MAX && isId3At(bytes, at); tag++) {
    //  0     3         5       6                        10
    //  | ID3 | version | flags | size, 7 bits of each byte | …, then 10 bytes more when flag 0x10 is set
    const [flags = 0, a = 0, b = 0, c = 0, d = 0] = bytes.subarray(at + 5, at + 10)
    const size = ((a & 0x7f) << 21) | ((b & 0x7f) << 14) | ((c & 0x7f) << 7) | (d & 0x7f)
    const end = at + 10 + size + (flags & 0x10 ? 10 : 0)
    if (end >= bytes.length) return at + 10
    at = end
  }
  return at
}

export const isId3At = (bytes: Uint8Array, at: number): boolean =>
  bytes[at] === 0x49 && bytes[at + 1] === 0x44 && bytes[at + 2] === 0x33
