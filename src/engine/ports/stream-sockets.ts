/** WebSockets as Media Streams need them: text out, text in, and whether the other side keeps up. */

/** Why a socket is no more. */
export type SocketEnd =
  /** Closed by the other side, as it should be. */
  | { readonly how: 'closed' }
  /** `unreachable`: no connection; `refused`: no WebSocket came of it; `broken`: closed otherwise; `nonsense`: no WebSocket frames. */
  | { readonly how: 'unreachable' | 'refused' | 'broken' | 'nonsense'; readonly why: string }

export interface StreamSocketEvents {
  opened(): void
  message(text: string): void
  /** Once, and nothing after it. Not called once `close` was. */
  ended(end: SocketEnd): void
}

export interface StreamSocket {
  /** Nothing happens when it is not open. */
  send(text: string): void
  /** Sent, but not yet taken by the network. */
  readonly bufferedBytes: number
  /** Resolves when the other side has had everything, and we what it said to that at once; a second of real time is the most. */
  inStep(): Promise<void>
  /** Resolves when it is closed; a second of real time is the most. */
  close(): Promise<void>
}

export interface StreamSockets {
  /** Calls nobody before it has returned. */
  open(url: string, headers: Readonly<Record<string, string>>, events: StreamSocketEvents): StreamSocket
}
