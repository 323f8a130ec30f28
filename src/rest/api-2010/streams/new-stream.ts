/** What a create of Calls/{CallSid}/Streams asks for. */
import type { NewStream } from '../../../engine/stream/stream-record.ts'
import { streamUrlProblem, UNSUPPORTED_SCHEME } from '../../../wire/mediastream/index.ts'
import { refuse } from '../../errors.ts'
import { type Form, firstOf } from '../../form.ts'
import { choice, given, method, readParameters, text, url } from '../parameters.ts'

const CREATE_PARAMETERS = {
  // Url: see below. Parameter1.Name, Parameter1.Value and so on, too.
  Name: text(255),
  Track: choice(['inbound_track', 'outbound_track', 'both_tracks'], 'inbound_track'),
  StatusCallback: url('invalidCallback'),
  StatusCallbackMethod: method('POST'),
} as const

const PARAMETERS_MAX = 99
/** Of name and value together. */
const PARAMETER_LENGTH_BELOW = 500

/** @throws Refusal */
export function readNewStream(form: Form): NewStream {
  const address = given(form, 'Url')
  if (address === null) throw refuse('missingParameter', { name: 'Url' })
  const problem = streamUrlProblem(address)
  if (problem?.code === UNSUPPORTED_SCHEME) throw refuse('streamScheme', { value: address })
  if (problem) throw refuse('streamUrl', { value: address, why: problem.why })
  const p = readParameters(CREATE_PARAMETERS, form)
  return {
    url: address,
    name: p.Name,
    track: p.Track,
    parameters: readStreamParameters(form),
    callback: p.StatusCallback === null ? null : { url: p.StatusCallback, method: p.StatusCallbackMethod },
  }
}

/** A number without a name is left out. @throws Refusal */
function readStreamParameters(form: Form): NewStream['parameters'] {
  const parameters: { name: string; value: string }[] = []
  for (let number = 1; number <= PARAMETERS_MAX; number++) {
    const name = given(form, `Parameter${number}.Name`)
    if (name === null) continue
    const value = firstOf(form, `Parameter${number}.Value`) ?? ''
    if (name.length + value.length >= PARAMETER_LENGTH_BELOW) {
      const why = `fewer than ${PARAMETER_LENGTH_BELOW} characters in name and value`
      throw refuse('invalidParameter', { name: `Parameter${number}`, value: name, why })
    }
    parameters.push({ name, value })
  }
  return parameters
}
