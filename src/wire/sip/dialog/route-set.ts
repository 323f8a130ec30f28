/** Where a request of a dialog goes (RFC 3261 section 12.2.1.1). */
import { parseNameAddr } from '../name-addr.ts'

export interface RoutedTo {
  /** The Request-URI. */
  readonly uri: string
  /** Values of Route. */
  readonly routes: readonly string[]
  /** Whose host the request is to be sent to. */
  readonly nextUri: string
}

const LOOSE = /;lr(?:[;=?]|$)/i

export function routeRequest(routeSet: readonly string[], remoteTarget: string): RoutedTo {
  const first = routeSet[0] === undefined ? null : parseNameAddr(routeSet[0])
  if (first === null) return { uri: remoteTarget, routes: [], nextUri: remoteTarget }
  if (LOOSE.test(first.uri)) return { uri: remoteTarget, routes: routeSet, nextUri: first.uri }
  // A strict router of RFC 2543 wants itself in the Request-URI, and the target at the end of the routes.
  return { uri: first.uri, routes: [...routeSet.slice(1), `<${remoteTarget}>`], nextUri: first.uri }
}
