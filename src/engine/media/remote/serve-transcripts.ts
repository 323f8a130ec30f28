/** The worker's side of one leg's transcriptions. */
import type { LegTranscription } from '../../ports/leg-media.ts'
import type { LegAudio } from '../leg-audio.ts'
import type { LegCommand, LegEvent } from './messages.ts'

type TranscriptionCommand = Extract<LegCommand, { readonly do: 'transcribe' | 'stop-transcribing' }>

export type ServedTranscripts = (command: TranscriptionCommand) => void

export function serveTranscripts(leg: number, media: LegAudio, tell: (event: LegEvent) => void): ServedTranscripts {
  const running = new Map<number, LegTranscription>()
  return (command) => {
    const { transcription } = command
    if (command.do === 'stop-transcribing') {
      running.get(transcription)?.stop()
      return
    }
    const started = media.transcribe(command.order, (speech) =>
      tell({ told: 'speech-heard', leg, transcription, speech }),
    )
    running.set(transcription, started)
    void started.over.then(() => {
      running.delete(transcription)
      tell({ told: 'transcription-over', leg, transcription })
    })
  }
}
