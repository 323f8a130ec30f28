/** All connections there are: found again by their number, or by where they lead. */
import { randomHex32 } from '../../lib/ids.ts'
import type { Hop } from '../../wire/sip/transport.ts'
import type { Connection } from './connection.ts'

/** Further ones are not taken. */
export const CONNECTIONS_MAX = 10_000
/** From one address. */
export const CONNECTIONS_OF_ADDRESS_MAX = 200

export class Connections {
  readonly #byNumber = new Map<string, Connection>()
  readonly #byPlace = new Map<string, Connection>()
  readonly #ofAddress = new Map<string, number>()

  /** Whether there is room for one more from there. */
  hasRoomFor(address: string): boolean {
    return this.#byNumber.size < CONNECTIONS_MAX && (this.#ofAddress.get(address) ?? 0) < CONNECTIONS_OF_ADDRESS_MAX
  }

  /** The hop of a new one: it names the connection. */
  numbered(hop: Hop): Hop & { readonly connection: string } {
    return { ...hop, connection: randomHex32() }
  }

  add(connection: Connection): void {
    const { hop } = connection
    this.#byNumber.set(hop.connection!, connection)
    this.#byPlace.set(placeOf(hop), connection)
    this.#ofAddress.set(hop.address, (this.#ofAddress.get(hop.address) ?? 0) + 1)
  }

  delete(hop: Hop): void {
    const connection = this.#byNumber.get(hop.connection!)
    if (!connection) return
    this.#byNumber.delete(hop.connection!)
    if (this.#byPlace.get(placeOf(hop)) === connection) this.#byPlace.delete(placeOf(hop))
    const left = (this.#ofAddress.get(hop.address) ?? 1) - 1
    if (left > 0) this.#ofAddress.set(hop.address, left)
    else this.#ofAddress.delete(hop.address)
  }

  /** The one it names; else any that leads to the same place. */
  find(hop: Hop): Connection | null {
    return (hop.connection && this.#byNumber.get(hop.connection)) || this.#byPlace.get(placeOf(hop)) || null
  }

  closeAll(): void {
    for (const connection of [...this.#byNumber.values()]) connection.close()
  }
}

/** One that was made for another name is not taken for this one. */
const placeOf = ({ transport, address, port, serverName = '' }: Hop): string =>
  `${transport} ${address} ${port} ${serverName}`
