/**
 * The numbers on one Media Streams socket. Every message after `connected` has the next sequence number, whatever its
 * kind; every packet of audio also has the next chunk number of its own track. Both begin at 1 and are text on the wire.
 */
export type StreamTrack = 'inbound' | 'outbound'

export class StreamSequence {
  #messages = 0
  readonly #chunks: Record<StreamTrack, number> = { inbound: 0, outbound: 0 }

  /** The sequence number of the next message. */
  next(): string {
    this.#messages += 1
    return String(this.#messages)
  }

  /** The chunk number of the next packet of a track. */
  nextChunk(track: StreamTrack): string {
    this.#chunks[track] += 1
    return String(this.#chunks[track])
  }
}
