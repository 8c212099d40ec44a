import { parentPort, workerData } from 'node:worker_threads'
import { JournalError } from '../../../journal/format.js'
import { openRecording } from '../../../journal/recording.js'
import type { Task, VerifyAnswer } from './verify-aside.js'
import { verified, type Counts } from './verified.js'

function tell(told: VerifyAnswer): void {
  parentPort?.postMessage(told)
}

function perform({ file, first, last, chain, part, place, done }: Task): void {
  const recording = openRecording(file)
  try {
    const isSame = recording.first === first && recording.tip(last).chain.equals(chain)
    tell({ isSame })
    if (!isSame) return
    const counts = new SharedCounts(done, place)
    const found = verified(recording, part, last, counts)
    for (;;) {
      const next = found.next()
      if (next.done === true) return tell({ counts: counts.plain, reached: next.value })
      tell({ discrepancy: next.value })
    }
  } finally {
    recording.close()
  }
}

/** Others see how many entries it counts. */
class SharedCounts implements Counts {
  plans = 0
  commands = 0
  readonly skipped = new Map<number | null, number>()
  readonly #done: Int32Array
  readonly #place: number

  constructor(done: Int32Array, place: number) {
    this.#done = done
    this.#place = place
  }

  get entries(): number {
    return this.#done[this.#place] ?? 0
  }

  set entries(count: number) {
    this.#done[this.#place] = count
  }

  get plain(): Counts {
    const { entries, plans, commands, skipped } = this
    return { entries, plans, commands, skipped }
  }
}

try {
  // the other side, of this program too, has made it so
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion
  perform(workerData as Task)
} catch (error) {
  if (!(error instanceof JournalError)) throw error
  tell({ error: error.message })
}
