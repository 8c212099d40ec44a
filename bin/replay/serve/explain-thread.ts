import { parentPort, workerData } from 'node:worker_threads'
import { JournalError } from '../../../journal/format.js'
import { openRecording } from '../../../journal/recording.js'
import { explain, type Explanation, sortedByPresence } from '../../../lib/replay/explain.js'
import { factsOf, headingOf } from '../../../lib/replay/explanation-text.js'
import { Subject } from '../../../lib/replay/subject.js'
import type { Finding, Inquiry } from './explain-aside.js'

const mostShown = 20

function findingOf({ file, seq, about }: Inquiry): Finding {
  try {
    const found = explanationsOf(file, seq, new Subject(about))
    const shown = found.slice(0, mostShown).map((one) => ({ flow: headingOf(one), facts: [...factsOf(one)] }))
    return { total: found.length, shown }
  } catch (error) {
    if (error instanceof JournalError) return { error: error.message }
    throw error
  }
}

/** As `vtep-replay explain` finds them. Throws JournalError. */
function explanationsOf(file: string, seq: number, subject: Subject): readonly Explanation[] {
  const recording = openRecording(file)
  try {
    return sortedByPresence(explain(recording, seq, subject))
  } finally {
    recording.close()
  }
}

// the other side, of this program too, has made it so
// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion
parentPort?.postMessage(findingOf(workerData as Inquiry))
