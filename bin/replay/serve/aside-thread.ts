import { parentPort, workerData } from 'node:worker_threads'
import { JournalError } from '../../../journal/format.js'
import { openRecording, type RecordingFile } from '../../../journal/recording.js'
import { describeBatch } from '../../../lib/words/describe.js'
import type { Batch } from '../../../lib/model/batch.js'
import { explain, sortedByPresence } from '../../../lib/history/explain.js'
import { factsOf, headingOf } from '../../../lib/words/explanation-text.js'
import type { ExplainView, WhatIfView } from '../../../lib/screens/page/api.js'
import { Subject } from '../../../lib/history/subject.js'
import { whatIf, WhatIfError } from '../../../lib/history/what-if.js'
import type { AsideAnswer, AsideInquiry } from './aside.js'

const mostShown = 20

/** As `vtep-replay explain` and `what-if` find it. */
function findingOf(inquiry: AsideInquiry): AsideAnswer {
  try {
    const recording = openRecording(inquiry.file)
    try {
      return {
        view:
          inquiry.what === 'explain' ? explained(recording, inquiry) : altered(recording, inquiry.without),
      }
    } finally {
      recording.close()
    }
  } catch (error) {
    if (error instanceof JournalError || error instanceof WhatIfError) return { error: error.message }
    throw error
  }
}

function explained(
  recording: RecordingFile,
  { seq, about }: AsideInquiry & { what: 'explain' },
): ExplainView {
  const found = sortedByPresence(explain(recording, seq, new Subject(about)))
  const shown = found.slice(0, mostShown).map((one) => ({ flow: headingOf(one), facts: [...factsOf(one)] }))
  return { total: found.length, shown }
}

function altered(recording: RecordingFile, without: number): WhatIfView {
  const edits = { without: new Set([without]), changed: new Map(), insertedAfter: new Map() }
  const all = [...whatIf(recording.entries(), edits)]
  const words = (batch: Batch | null): string => (batch === null ? 'no plan' : describeBatch(batch))
  const plans = all
    .slice(0, mostShown)
    .map(({ seq, recorded, instead }) => ({ seq, recorded: words(recorded), instead: words(instead) }))
  return { total: all.length, plans }
}

// the other side, of this program too, has made it so
// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion
parentPort?.postMessage(findingOf(workerData as AsideInquiry))
