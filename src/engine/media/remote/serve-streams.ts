/** The worker's side of one leg's Media Streams. */
import type { LegStream } from '../../ports/leg-media.ts'
import type { LegAudio } from '../leg-audio.ts'
import type { LegCommand, LegEvent } from './messages.ts'

type StreamCommand = Extract<LegCommand, { readonly do: 'stream' | 'stop-stream' }>

export type ServedStreams = (command: StreamCommand) => void

export function serveStreams(leg: number, media: LegAudio, tell: (event: LegEvent) => void): ServedStreams {
  const running = new Map<number, LegStream>()
  return (command) => {
    const { stream } = command
    if (command.do === 'stop-stream') {
      running.get(stream)?.stop()
      return
    }
    const started = media.stream(command.order, (event) => tell({ told: 'stream', leg, stream, event }))
    running.set(stream, started)
    void started.over.then((over) => {
      running.delete(stream)
      tell({ told: 'stream-over', leg, stream, over })
    })
  }
}
