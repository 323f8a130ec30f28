/** What was said in recordings, of the account and of one recording. Made by `<Record transcribe>` alone. */
import type { TranscriptionRecord } from '../../../engine/transcription/transcription-record.ts'
import { isSid } from '../../../lib/ids.ts'
import type { RestDeps } from '../../deps.ts'
import { refuse } from '../../errors.ts'
import { type Answer, type ApiRequest, answer, NO_CONTENT } from '../answer.ts'
import { arraySource, listAnswer } from '../paging.ts'
import { transcriptionView } from './transcription-view.ts'

export function transcriptionOperations(
  { recordings }: Pick<RestDeps, 'recordings'>,
  transcriptions: NonNullable<RestDeps['transcriptions']>,
) {
  /** @throws Refusal 20404 */
  const wanted = async (request: ApiRequest): Promise<TranscriptionRecord> => {
    const found = await transcriptions.find(request.accountSid, request.params.Sid ?? '')
    if (!found) throw refuse('notFound', { value: request.path })
    return found
  }

  /** @throws Refusal 20404 for one of another recording */
  const wantedOfRecording = async (request: ApiRequest): Promise<TranscriptionRecord> => {
    const found = await wanted(request)
    if (found.recordingSid !== request.params.RecordingSid) throw refuse('notFound', { value: request.path })
    return found
  }

  /** The transcriptions of a recording outlive its audio. @throws Refusal 20404 */
  const wantedRecording = async (request: ApiRequest): Promise<string> => {
    const sid = request.params.RecordingSid ?? ''
    const found = isSid('RE', sid) ? await recordings?.service.find(request.accountSid, sid) : null
    if (!found) throw refuse('notFound', { value: request.path })
    return sid
  }

  const list = async (request: ApiRequest, recordingSid: string | null): Promise<Answer> => {
    const items = await transcriptions.list(request.accountSid, recordingSid)
    return listAnswer(request, 'transcriptions', arraySource(items), transcriptionView)
  }

  const remove = async (transcription: TranscriptionRecord): Promise<Answer> => {
    await transcriptions.delete(transcription)
    return NO_CONTENT
  }

  return {
    list: (request: ApiRequest): Promise<Answer> => list(request, null),
    fetch: async (request: ApiRequest): Promise<Answer> => answer(200, transcriptionView(await wanted(request))),
    delete: async (request: ApiRequest): Promise<Answer> => remove(await wanted(request)),
    ofRecording: {
      list: async (request: ApiRequest): Promise<Answer> => list(request, await wantedRecording(request)),
      fetch: async (request: ApiRequest): Promise<Answer> =>
        answer(200, transcriptionView(await wantedOfRecording(request))),
      delete: async (request: ApiRequest): Promise<Answer> => remove(await wantedOfRecording(request)),
    },
  }
}
