/** WebSockets as Media Streams need them: text out, text in, and whether the other side keeps up. */

/** Why a socket is no more. */
export type SocketEnd =
  /** Closed by the other side, as it should be. */
  { readonly how: 'closed' } | { readonly how: SocketFault; readonly why: string }

export type SocketFault =
  /** No answer in time. */
  | 'unanswered'
  /** The host answers, but nobody is at the port. */
  | 'not-listening'
  /** No connection for any other reason; the address may not be allowed. */
  | 'unreachable'
  /** Without encryption, which is not for this address. */
  | 'unencrypted'
  /** TLS failed, or the certificate is none that is trusted. */
  | 'insecure'
  /** An answer, but no WebSocket. */
  | 'refused'
  /** Lost, or closed with a code of failure. */
  | 'broken'
  /** What came is not WebSocket, or a message is too long. */
  | 'nonsense'

export interface StreamSocketEvents {
  opened(): void
  /** @param isBinary it came as bytes */
  message(text: string, isBinary: boolean): void
  /** Once, and nothing after it. Not called once `close` was. */
  ended(end: SocketEnd): void
}

export interface StreamSocket {
  /** Nothing happens when it is not open. */
  send(text: string): void
  /** Sent, but not yet taken by the network. */
  readonly bufferedBytes: number
  /**
   * Resolves when the other side has had everything, and we what it said to that at once. A second of real time is the most,
   * five seconds in all for one that does not answer.
   */
  inStep(): Promise<void>
  /**
   * Resolves when it is closed; a second of real time is the most.
   * @param code RFC 6455 §7.4.1; 1000 unless told
   */
  close(code?: number): Promise<void>
}

export interface StreamSockets {
  /** Calls nobody before it has returned. */
  open(url: string, headers: Readonly<Record<string, string>>, events: StreamSocketEvents): StreamSocket
}
