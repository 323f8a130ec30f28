/**
 * What one app says is taken in helpings, with rests between them as long as it is worth: the thread that takes it has
 * everybody's calls, and an app that floods it gets a small share. While it rests the socket is not read, and what has come
 * already waits in order. An app that speaks as fast as a call can hear never notices.
 */

/** What a message is worth besides its length: 32,000 a second at the most. */
const MESSAGE_MS = 1 / 32
/** What its length is worth: 50 MiB a second at the most. */
const MEBIBYTE_MS = 20
/** What is taken at once: 160 small messages. */
const HELPING_MS = 5

export interface HelpingsOptions<Item> {
  readonly take: (item: Item) => void
  readonly pause: () => void
  readonly resume: () => void
  /** Real time. */
  readonly nowMs?: () => number
}

export class Helpings<Item> {
  readonly #take: (item: Item) => void
  readonly #pause: () => void
  readonly #resume: () => void
  readonly #nowMs: () => number
  /** What has come during a rest: as much as was read at once before it, 64 KiB. */
  #waiting: { readonly item: Item; readonly bytes: number }[] = []
  #rest: NodeJS.Timeout | null = null
  /** Until then what was taken is worth. */
  #paidAtMs = 0
  #isOver = false

  constructor({ take, pause, resume, nowMs = () => performance.now() }: HelpingsOptions<Item>) {
    this.#take = take
    this.#pause = pause
    this.#resume = resume
    this.#nowMs = nowMs
  }

  add(item: Item, bytes: number): void {
    if (this.#isOver) return
    if (this.#rest) this.#waiting.push({ item, bytes })
    else this.#have(item, bytes)
  }

  /** Nothing is taken any more. */
  end(): void {
    this.#isOver = true
    if (this.#rest) clearTimeout(this.#rest)
    this.#waiting = []
  }

  #have(item: Item, bytes: number): void {
    const nowMs = this.#nowMs()
    this.#paidAtMs = Math.max(this.#paidAtMs, nowMs) + MESSAGE_MS + (bytes / 2 ** 20) * MEBIBYTE_MS
    this.#take(item)
    const dueMs = this.#paidAtMs - nowMs
    if (dueMs < HELPING_MS || this.#isOver) return
    this.#pause()
    this.#rest = setTimeout(() => this.#goOn(), dueMs)
  }

  #goOn(): void {
    this.#rest = null
    const waiting = this.#waiting
    this.#waiting = []
    for (const { item, bytes } of waiting) this.add(item, bytes)
    if (!this.#rest && !this.#isOver) this.#resume()
  }
}
