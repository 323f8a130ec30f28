/** Timers in the order they fall due; equal times in the order they were set. A binary heap with lazy removal. */
import type { Instant } from './ids.ts'

export interface QueuedTimer {
  readonly at: Instant
  readonly order: number
  /** Null once cancelled or fired. */
  wake: (() => void) | null
}

export class TimerHeap {
  readonly #heap: QueuedTimer[] = []
  #order = 0
  #live = 0

  get size(): number {
    return this.#live
  }

  add(at: Instant, wake: () => void): QueuedTimer {
    const timer: QueuedTimer = { at, order: this.#order++, wake }
    this.#heap.push(timer)
    this.#live += 1
    this.#siftUp(this.#heap.length - 1)
    return timer
  }

  cancel(timer: QueuedTimer): void {
    if (!timer.wake) return
    timer.wake = null
    this.#live -= 1
    // Cancelled timers stay in the heap until they surface; rebuild when they outnumber the live ones.
    if (this.#heap.length > 64 && this.#heap.length > this.#live * 2) this.#compact()
  }

  /** The next live timer, left in place; null when there is none. */
  peek(): QueuedTimer | null {
    while (this.#heap[0] && !this.#heap[0].wake) this.#pop()
    return this.#heap[0] ?? null
  }

  /** Takes the next timer out and returns its wake; null when none is due at `now`. */
  takeDue(now: Instant): (() => void) | null {
    const next = this.peek()
    if (!next || next.at > now) return null
    const wake = next.wake
    next.wake = null
    this.#live -= 1
    this.#pop()
    return wake
  }

  #before(a: QueuedTimer, b: QueuedTimer): boolean {
    return a.at < b.at || (a.at === b.at && a.order < b.order)
  }

  #siftUp(from: number): void {
    let index = from
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (!this.#before(this.#heap[index]!, this.#heap[parent]!)) return
      this.#swap(index, parent)
      index = parent
    }
  }

  #siftDown(from: number): void {
    let index = from
    for (;;) {
      const left = index * 2 + 1
      const right = left + 1
      let least = index
      if (left < this.#heap.length && this.#before(this.#heap[left]!, this.#heap[least]!)) least = left
      if (right < this.#heap.length && this.#before(this.#heap[right]!, this.#heap[least]!)) least = right
      if (least === index) return
      this.#swap(index, least)
      index = least
    }
  }

  #pop(): void {
    const last = this.#heap.pop()
    if (this.#heap.length > 0 && last) {
      this.#heap[0] = last
      this.#siftDown(0)
    }
  }

  #swap(a: number, b: number): void {
    const kept = this.#heap[a]!
    this.#heap[a] = this.#heap[b]!
    this.#heap[b] = kept
  }

  #compact(): void {
    const live = this.#heap.filter((timer) => timer.wake)
    live.sort((a, b) => a.at - b.at || a.order - b.order)
    // A sorted array is a heap.
    this.#heap.length = 0
    this.#heap.push(...live)
  }
}
