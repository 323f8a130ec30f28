/** The worker's side of what follows one leg's sound until it is stopped: Media Streams, transcriptions, machine detections. */
import type { LegAudio } from '../leg-audio.ts'
import type { FollowerCommand, LegEvent } from './messages.ts'

export type ServedFollowers = (command: FollowerCommand) => void

export function serveFollowers(leg: number, media: LegAudio, tell: (event: LegEvent) => void): ServedFollowers {
  const streams = new Running()
  const transcriptions = new Running()
  const detections = new Running()
  return (command) => {
    switch (command.do) {
      case 'stream': {
        const { stream, order } = command
        const started = media.stream(order, (event) => tell({ told: 'stream', leg, stream, event }))
        streams.add(stream, started, started.over, (over) => tell({ told: 'stream-over', leg, stream, over }))
        return
      }
      case 'stop-stream':
        streams.stop(command.stream)
        return
      case 'transcribe': {
        const { transcription, order } = command
        const started = media.transcribe(order, (speech) => tell({ told: 'speech-heard', leg, transcription, speech }))
        const onOver = () => tell({ told: 'transcription-over', leg, transcription })
        transcriptions.add(transcription, started, started.over, onOver)
        return
      }
      case 'stop-transcribing':
        transcriptions.stop(command.transcription)
        return
      case 'detect-machine': {
        const { detection, options, at } = command
        const started = media.detectMachine(options, at)
        detections.add(detection, started, started.verdict, (verdict) =>
          tell({ told: 'detected', leg, detection, verdict }),
        )
        return
      }
      case 'stop-detecting':
        detections.stop(command.detection)
    }
  }
}

/** Those of one kind that are not over, by their numbers. */
class Running {
  readonly #running = new Map<number, { stop(): void }>()

  add<Over>(number: number, started: { stop(): void }, over: Promise<Over>, onOver: (over: Over) => void): void {
    this.#running.set(number, started)
    void over.then((how) => {
      this.#running.delete(number)
      onOver(how)
    })
  }

  stop(number: number): void {
    this.#running.get(number)?.stop()
  }
}
