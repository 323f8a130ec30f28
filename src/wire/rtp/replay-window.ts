/** Which packets of a source have come already, so that one that is caught and sent again is refused (RFC 3711 §3.3.2). */

/** What comes later than so many after the newest is refused unseen; 64 is the least the RFC allows. */
const WINDOW = 128

export class ReplayWindow {
  /** The packet index that was last seen in each place. */
  readonly #seen = new Float64Array(WINDOW).fill(-1)
  #newest = -1

  /** Asked before a packet is believed. */
  isFresh(index: number): boolean {
    return index > this.#newest - WINDOW && this.#seen[index % WINDOW] !== index
  }

  /** Told once it is believed. */
  add(index: number): void {
    this.#seen[index % WINDOW] = index
    if (index > this.#newest) this.#newest = index
  }
}
