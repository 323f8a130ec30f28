/** An engine behind a message port, for tests: the port is real, its thread is this one, and it can die. */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { MessageChannel } from 'node:worker_threads'
import type { HeardSpan } from '../../../journal/entry.ts'
import { RealClock } from '../../../lib/real-clock.ts'
import type { MediaLines } from '../../ports/line.ts'
import type { LegEvents, SpanStart } from '../../ports/media-engine.ts'
import { InlineEngine } from '../inline-engine.ts'
import { memoryFiles } from '../test-sounds.ts'
import type { Command, Event } from './messages.ts'
import { type MediaWorker, RemoteEngine } from './remote-engine.ts'
import { serveEngine } from './serve-engine.ts'

interface Thread extends MediaWorker {
  die(fault: Error): void
}

export function aRemoteEngine(t: TestContext, lines: MediaLines = { open: async () => null }) {
  const clock = new RealClock()
  const files = memoryFiles()
  const threads: Thread[] = []
  const faults: (Error | null)[] = []
  const startWorker = (): MediaWorker => {
    const { port1, port2 } = new MessageChannel()
    const inline = new InlineEngine({ clock, files, lines })
    serveEngine(inline, {
      postMessage: (events: readonly Event[]) => port2.postMessage(events),
      on: (_message, listener: (commands: readonly Command[]) => void) => port2.on('message', listener),
    })
    let end: (fault: Error | null) => void = () => {}
    const close = () => {
      port1.close()
      port2.close()
      // Its timers go with it.
      void inline.stop()
    }
    const thread: Thread = {
      postMessage: (commands: readonly Command[]) => port1.postMessage(commands),
      on: (_message, listener: (events: readonly Event[]) => void) => port1.on('message', listener),
      onEnd: (ended) => {
        end = ended
      },
      terminate: async () => {
        close()
        end(null)
      },
      die: (fault) => {
        close()
        end(fault)
      },
    }
    threads.push(thread)
    return thread
  }
  const engine = new RemoteEngine({ clock, startWorker, onFault: (fault) => faults.push(fault) })
  t.after(() => engine.stop())
  return { engine, files, threads, faults }
}

export function told() {
  const spans: (HeardSpan | SpanStart)[] = []
  const others: string[] = []
  const events: LegEvents = {
    spanStarted: (span) => void spans.push(span),
    spanEnded: (span) => void spans.push(span),
    keyHeard: (key) => void others.push(`key ${key}`),
    recordingBegan: () => void others.push('recording'),
    lost: () => void others.push('lost'),
  }
  return { spans, others, events }
}

/** Until `isSo`, at most five seconds: what crosses between threads takes its time. */
export async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500 && !isSo(); tries++) await sleep(10)
  assert.ok(isSo())
}
