/** The document that the call of a participant runs when it is answered: a `<Dial>` to its conference, no more. */
import type { Ticket } from '../../../engine/conference/ticket.ts'

export function participantDocument(ticket: Ticket, friendlyName: string): string {
  const { callback, recording, wait, region, coach, label } = ticket
  const attributes: Record<string, string> = {
    muted: String(ticket.muted),
    beep: ticket.beep,
    startConferenceOnEnter: String(ticket.startOnEnter),
    endConferenceOnExit: String(ticket.endOnExit),
    maxParticipants: String(ticket.participantsMax),
    ...(label !== null && { participantLabel: label }),
    ...(coach !== null && { coach }),
    ...(region !== null && { region }),
    ...(wait === 'silence' && { waitUrl: '' }),
    ...(typeof wait === 'object' && { waitUrl: wait.url, waitMethod: wait.method }),
    ...(callback && {
      statusCallback: callback.url,
      statusCallbackMethod: callback.method,
      statusCallbackEvent: callback.events.join(' '),
    }),
    ...(recording && { record: 'record-from-start', trim: recording.trim }),
    ...(recording?.callback && {
      recordingStatusCallback: recording.callback.url,
      recordingStatusCallbackMethod: recording.callback.method,
      recordingStatusCallbackEvent: recording.callback.events.join(' '),
    }),
  }
  const written = Object.entries(attributes).map(([name, value]) => ` ${name}="${escapeXml(value)}"`)
  return `<Response><Dial><Conference${written.join('')}>${escapeXml(friendlyName)}</Conference></Dial></Response>`
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

const escapeXml = (text: string): string => text.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? character)
