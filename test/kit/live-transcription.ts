/** For journeys about live transcription: the noun, and what its callback was told, as short rows. */
import type { AppRequest, CustomerApp } from './customer-app.ts'

export const CALLBACK = '/transcription'

export const transcription = (attributes = '', children = ''): string =>
  `<Transcription statusCallbackUrl="${CALLBACK}" ${attributes}>${children}</Transcription>`

export const startTranscription = (attributes = '', children = ''): string =>
  `<Start>${transcription(attributes, children)}</Start>`

type App = Pick<CustomerApp, 'to'>

/** What was told, in the order in which it came. */
export const toldOf = (app: App, path = CALLBACK): AppRequest['parameters'][] =>
  app.to(path).map(({ parameters }) => parameters)

/** `inbound: Hello` for content, with … for what is not final; else the event without its prefix. */
export const rowsOf = (app: App, path = CALLBACK): string[] =>
  toldOf(app, path).map(({ TranscriptionEvent = '', Track = '', TranscriptionData = '', Final }) => {
    const event = TranscriptionEvent.replace('transcription-', '')
    if (event !== 'content') return event
    const { transcript } = JSON.parse(TranscriptionData) as { transcript: string }
    return `${Track.replace('_track', '')}: ${transcript}${Final === 'true' ? '' : '…'}`
  })
