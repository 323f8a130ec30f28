/** A recording's life as a table: status by input. A missing cell is "not possible here". */
import type { RecordingStatus } from './recording-record.ts'

export type RecordingInput = 'pause' | 'resume' | 'stop' | 'file-whole' | 'nothing-usable'

const TABLE: Record<RecordingStatus, Partial<Record<RecordingInput, RecordingStatus>>> = {
  'in-progress': { pause: 'paused', stop: 'stopped', 'file-whole': 'completed', 'nothing-usable': 'absent' },
  paused: { resume: 'in-progress', stop: 'stopped', 'file-whole': 'completed', 'nothing-usable': 'absent' },
  stopped: { 'file-whole': 'completed', 'nothing-usable': 'absent' },
  completed: {},
  absent: {},
}

export const stepRecording = (status: RecordingStatus, input: RecordingInput): RecordingStatus | null =>
  TABLE[status][input] ?? null
