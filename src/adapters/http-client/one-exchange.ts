/**
 * One request on its way through undici: its timers, its growing body, its end. Timers are ours because undici's tick
 * only about twice a second. Whatever happens, exactly one result comes out.
 */
import type { Dispatcher } from 'undici'
import type { HttpRequest, HttpResult } from '../../journal/http-transport.ts'
import type { Attempt } from './connector.ts'
import { type Failure, type Phase, toFailure } from './failures.ts'

/** What undici is told about a request whose result is already out. Never seen by anyone else. */
const ABANDONED = new Error('the request was given up')

const KIND = { waiting: 'no-response', receiving: 'broken' } as const

export class OneExchange implements Dispatcher.DispatchHandler {
  /** The connection being opened for this request, if one is. */
  attempt: Attempt | null = null
  readonly #request: HttpRequest
  readonly #where: string
  readonly #settle: (result: HttpResult) => void
  #startedAt = performance.now()
  #phase: Phase = 'connecting'
  #over = false
  #controller: Dispatcher.DispatchController | null = null
  #totalTimer: NodeJS.Timeout | null = null
  #phaseTimer: NodeJS.Timeout | null = null
  #status = 0
  #headers: Readonly<Record<string, string | readonly string[] | undefined>> = {}
  #chunks: Buffer[] = []
  #size = 0

  /** @param where host and port, for sentences about failures. */
  constructor(request: HttpRequest, where: string, settle: (result: HttpResult) => void) {
    this.#request = request
    this.#where = where
    this.#settle = settle
  }

  /** To be called right after the request was dispatched. */
  begin(): void {
    if (this.#over) return
    const { connectTimeoutMs, totalTimeoutMs, stop } = this.#request
    this.#totalTimer = setTimeout(onTotal, totalTimeoutMs, this)
    if (this.#phase === 'connecting') this.#phaseTimer = setTimeout(onConnect, connectTimeoutMs, this)
    stop?.addEventListener('abort', this.#onStop, { once: true })
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Thrown before a byte is written: undici drops the request and keeps the connection.
    if (this.#over) throw ABANDONED
    this.#controller = controller
    this.#phase = 'waiting'
    this.#startedAt = performance.now()
    if (this.#phaseTimer) clearTimeout(this.#phaseTimer)
    this.#phaseTimer = null
    // With both limits equal the total one comes first, and says the same.
    const { readTimeoutMs, totalTimeoutMs } = this.#request
    if (readTimeoutMs < totalTimeoutMs) this.#phaseTimer = setTimeout(onRead, readTimeoutMs, this)
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  ): void {
    this.#phaseTimer?.refresh()
    if (status < 200) return
    this.#phase = 'receiving'
    this.#status = status
    this.#headers = headers
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#over) return
    this.#phaseTimer?.refresh()
    this.#chunks.push(chunk)
    this.#size += chunk.length
    if (this.#size <= this.#request.bodyBytesMax) return
    this.#succeed(true)
    this.#controller?.abort(ABANDONED)
  }

  onResponseEnd(): void {
    if (!this.#over) this.#succeed(false)
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#fail(toFailure(error, this.#phase, this.#where))
  }

  /** 11203 is for a total limit below the read limit, which somebody must have asked for; silence is 11200. */
  expire(limit: 'connect' | 'read' | 'total'): void {
    const { connectTimeoutMs, readTimeoutMs, totalTimeoutMs } = this.#request
    if (limit === 'connect' || (this.#phase === 'connecting' && connectTimeoutMs <= totalTimeoutMs)) {
      this.#giveUp({ kind: 'connect', ...this.#notConnected(connectTimeoutMs) })
      return
    }
    if (this.#phase === 'connecting') {
      const message = `${this.#where} was not connected within the total limit of ${totalTimeoutMs} ms.`
      this.#giveUp({ kind: 'connect', code: 11203, message })
      return
    }
    const inTotal = limit === 'total' && totalTimeoutMs < readTimeoutMs
    const what = this.#phase === 'waiting' ? 'did not answer' : 'did not finish its answer'
    const within = limit === 'total' ? `the total limit of ${totalTimeoutMs} ms` : `${readTimeoutMs} ms`
    this.#giveUp({
      kind: KIND[this.#phase],
      code: inTotal ? 11203 : 11200,
      message: `${this.#where} ${what} within ${within}.`,
    })
  }

  #notConnected(withinMs: number): { code: number; message: string } {
    if (this.attempt?.shakingHands) {
      return { code: 11220, message: `${this.#where} did not finish the TLS handshake within ${withinMs} ms.` }
    }
    const what = this.attempt ? 'did not accept the connection' : 'had no connection free'
    return { code: 11201, message: `${this.#where} ${what} within ${withinMs} ms.` }
  }

  readonly #onStop = (): void => {
    this.#giveUp({ kind: 'stopped', code: 11200, message: 'The request was given up: nobody waits for it any more.' })
  }

  #giveUp(failure: Failure): void {
    if (this.#over) return
    this.#fail(failure)
    this.#controller?.abort(ABANDONED)
  }

  #succeed(truncated: boolean): void {
    const whole = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks)
    const body = truncated ? whole.subarray(0, this.#request.bodyBytesMax) : whole
    this.#end({
      ok: true,
      status: this.#status,
      headers: this.#headers,
      body,
      truncated,
      durationMs: this.#elapsedMs(),
    })
  }

  #fail(failure: Failure): void {
    if (!this.#over) this.#end({ ok: false, ...failure, durationMs: this.#elapsedMs() })
  }

  #end(result: HttpResult): void {
    this.#over = true
    this.#chunks = []
    if (this.#totalTimer) clearTimeout(this.#totalTimer)
    if (this.#phaseTimer) clearTimeout(this.#phaseTimer)
    this.#request.stop?.removeEventListener('abort', this.#onStop)
    this.#settle(result)
    // Nobody waits for this connection any more. No effect once it stands or has failed.
    this.attempt?.cancel(ABANDONED)
  }

  #elapsedMs(): number {
    return performance.now() - this.#startedAt
  }
}

const onConnect = (exchange: OneExchange): void => exchange.expire('connect')
const onRead = (exchange: OneExchange): void => exchange.expire('read')
const onTotal = (exchange: OneExchange): void => exchange.expire('total')
