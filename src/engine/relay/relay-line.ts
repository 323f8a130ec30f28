/**
 * The socket of a session: what is told on it, what comes from it, and how it ends. Ten messages in a row that nobody can
 * understand end it, and so does an app that does not read. Virtual time stands still until the app has had what it is
 * told and has said what it says to that.
 */
import { type Clock, type Hold, holding } from '../../lib/clock.ts'
import { withinRealMs } from '../../lib/real-time.ts'
import { type AppMessage, encodeError, parseAppMessage } from '../../wire/conversationrelay/index.ts'
import type { SocketEnd, StreamSocket, StreamSocketEvents } from '../ports/stream-sockets.ts'

/** Told, but not taken by the network. */
const BUFFERED_BYTES_MAX = 256 * 1024
const BAD_MESSAGES_MAX = 10
/** RFC 6455 §7.4.1: data that does not make sense; an app that does not behave. */
const INVALID_DATA = 1007
const POLICY = 1008
/** Real time in which an app may make up its mind while virtual time stands. */
const ANSWER_MS_MAX = 1000

export type RelayFault = { readonly how: 'unreachable' | 'lost'; readonly why: string }

export interface RelayLineDeps {
  readonly clock: Clock
  readonly onOpen: () => void
  readonly onMessage: (message: AppMessage) => void
  /** A message was left out. */
  readonly onProblem: (problem: string) => void
  /** Once, and nothing after it; not after `close`. */
  readonly onLost: (fault: RelayFault) => void
}

export class RelayLine {
  readonly #deps: RelayLineDeps
  #socket: StreamSocket | null = null
  #opening: Hold | null = null
  #isOpen = false
  #isOver = false
  #badInARow = 0
  #closing: Promise<void> | null = null
  #isStepping = false
  /** Something was told since the app was waited for. */
  #isAhead = false

  constructor(deps: RelayLineDeps) {
    this.#deps = deps
  }

  /** @param open signs the address and opens it */
  async open(open: (events: StreamSocketEvents) => Promise<StreamSocket>): Promise<void> {
    this.#opening = this.#deps.clock.hold('opening a relay')
    try {
      this.#socket = await open({
        opened: () => this.#opened(),
        message: (text) => this.#onMessage(text),
        ended: (end) => this.#lost(toFault(end, this.#isOpen)),
      })
    } catch (fault) {
      this.#lost({ how: 'unreachable', why: 'It could not be opened' })
      throw fault
    }
    if (this.#isOver) await this.#socket.close()
  }

  tell(message: string): void {
    if (!this.#isOpen || this.#isOver || !this.#socket) return
    this.#socket.send(message)
    if (this.#socket.bufferedBytes > BUFFERED_BYTES_MAX) {
      this.#closeAs(POLICY, 'The app does not read what it is told')
      return
    }
    this.#isAhead = true
    if (this.#deps.clock.kind === 'virtual' && !this.#isStepping) void this.#keepStep()
  }

  /** An answer is due: virtual time waits for it, but not for ever. */
  awaitAnswer(answer: Promise<unknown>): void {
    const { clock } = this.#deps
    if (clock.kind === 'virtual' && !this.#isOver)
      void holding(clock, 'an answer on a relay', () => withinRealMs(answer, ANSWER_MS_MAX))
  }

  /** Resolves when it is closed; nothing is told any more, and nobody of it. */
  close(code?: number): Promise<void> {
    const socket = this.#isOver ? null : this.#socket
    this.#isOver = true
    this.#opening?.release()
    this.#closing ??= socket
      ? holding(this.#deps.clock, 'closing a relay', () => socket.close(code))
      : Promise.resolve()
    return this.#closing
  }

  #opened(): void {
    this.#opening?.release()
    if (this.#isOver) return
    this.#isOpen = true
    this.#deps.onOpen()
  }

  #onMessage(text: string): void {
    if (this.#isOver) return
    const message = parseAppMessage(text)
    if (!('problem' in message)) {
      this.#badInARow = 0
      this.#deps.onMessage(message)
      return
    }
    this.refuse(message.problem)
    if (++this.#badInARow >= BAD_MESSAGES_MAX)
      this.#closeAs(INVALID_DATA, `${BAD_MESSAGES_MAX} messages in a row were not understood`)
  }

  /** What the app said is left out, and it is told so. */
  refuse(problem: string): void {
    this.#deps.onProblem(problem)
    this.tell(encodeError(`Invalid message received, code: 64107, ${problem}`))
  }

  /** Whoever hears of the loss waits until it is closed. */
  #closeAs(code: number, why: string): void {
    if (this.#isOver) return
    void this.close(code)
    this.#deps.onLost({ how: 'lost', why })
  }

  #lost(fault: RelayFault): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#opening?.release()
    this.#deps.onLost(fault)
  }

  async #keepStep(): Promise<void> {
    this.#isStepping = true
    await holding(this.#deps.clock, 'a relay', async () => {
      while (this.#isAhead && !this.#isOver) {
        this.#isAhead = false
        await this.#socket?.inStep()
      }
    })
    this.#isStepping = false
  }
}

function toFault(end: SocketEnd, wasOpen: boolean): RelayFault {
  const why = end.how === 'closed' ? 'The app closed the socket' : end.why
  return { how: wasOpen ? 'lost' : 'unreachable', why }
}
