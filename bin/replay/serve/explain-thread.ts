import { parentPort, workerData } from 'node:worker_threads'
import { JournalError } from '../../../journal/format.js'
import { openRecording } from '../../../journal/recording.js'
import { explain, sortedByPresence } from '../../../lib/replay/explain.js'
import { factsOf, flowText } from '../../../lib/replay/explanation-text.js'
import { Subject } from '../../../lib/replay/subject.js'
import type { Finding, Inquiry } from './explain-aside.js'

const mostShown = 20

function findingOf({ file, seq, about }: Inquiry): Finding {
  try {
    const recording = openRecording(file)
    const subject = new Subject(about)
    const found = sortedByPresence(explain(recording, seq, (mention) => subject.isAbout(mention)))
    recording.close()
    const shown = found.slice(0, mostShown).map((one) => ({ flow: flowText(one), facts: [...factsOf(one)] }))
    return { total: found.length, shown }
  } catch (error) {
    if (error instanceof JournalError) return { error: error.message }
    throw error
  }
}

// the other side, of this program too, has made it so
// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion
parentPort?.postMessage(findingOf(workerData as Inquiry))
