import { on } from 'node:events'
import { getHeapStatistics } from 'node:v8'
import { Worker } from 'node:worker_threads'
import { builtFile } from '../../../adapters/built-file.js'
import { JournalError } from '../../../journal/format.js'
import type { RecordingFile } from '../../../journal/recording.js'
import type { JournalPart } from '../../../lib/history/parts.js'
import type { Discrepancy } from '../../../lib/history/verify.js'
import type { Progress } from '../progress.js'
import { addCounts, type Counts, verified } from './verified.js'

/** What a thread is to do. */
export interface Task {
  readonly file: string
  /** What the journal was like when it was parted: another writes it, and may drop entries. */
  readonly first: number
  readonly last: number
  readonly chain: Uint8Array
  readonly part: JournalPart
  /** How many entries each thread has verified; it has its `place` there. */
  readonly done: Int32Array
  readonly place: number
}

/** What a thread says: first whether it sees the same journal, then what it finds, in the end how far it came or why no farther. */
export type VerifyAnswer =
  | { readonly isSame: boolean }
  | { readonly discrepancy: Discrepancy }
  | { readonly counts: Counts; readonly reached: number }
  | { readonly error: string }

const progressEveryMs = 100

/**
 * Verifies a journal in parts, each in a thread of its own, and gives what is found in the order of the entries, as one that
 * verifies them all would find it. Adds to `counts`. Throws JournalError.
 */
export async function* verifiedInParts(
  recording: RecordingFile,
  parts: readonly JournalPart[],
  counts: Counts,
  progress: Progress,
): AsyncGenerator<Discrepancy> {
  const { file, first, last } = recording
  const { chain } = recording.tip(last)
  const done = new Int32Array(new SharedArrayBuffer(4 * parts.length))
  const threads = parts.map((part, place) => threadFor({ file, first, last, chain, part, done, place }))
  const watched = progress.begin(first, last)
  const timer = setInterval(
    () => watched.at(() => first - 1 + done.reduce((sum, count) => sum + count, 0)),
    progressEveryMs,
  )
  try {
    const areSame = await Promise.all(threads.map(seesTheSame))
    // all is here still, as it was
    if (areSame.includes(false)) return yield* verified(recording, { from: first, to: last }, last, counts)
    let reached = first - 1
    for (const [i, { told }] of threads.entries())
      if ((parts[i]?.from ?? last) > reached) reached = yield* foundBy(told, counts)
  } finally {
    clearInterval(timer)
    watched.end()
    await Promise.all(threads.map(({ worker }) => worker.terminate()))
  }
}

interface Thread {
  readonly worker: Worker
  /** Keeps what was not asked for yet. */
  readonly told: AsyncIterator<readonly VerifyAnswer[], undefined>
}

/** Most of what verifying makes is soon garbage: with room for more of it less is looked through. */
const youngMb = 384
const mb = 1 << 20

function threadFor(workerData: Task): Thread {
  const resourceLimits = {
    maxYoungGenerationSizeMb: youngMb,
    // a thread's own default is a fraction of this
    maxOldGenerationSizeMb: Math.floor(getHeapStatistics().heap_size_limit / mb),
  }
  const worker = new Worker(builtFile('bin/replay/verify/verify-thread.js'), {
    workerData,
    resourceLimits,
    // what this process was told to load first is not for each of them
    execArgv: [],
  })
  return { worker, told: on(worker, 'message', { close: ['exit'] }) }
}

async function next({ told }: Pick<Thread, 'told'>): Promise<VerifyAnswer> {
  const { done, value } = await told.next()
  const [message] = done === true ? [] : value
  if (message === undefined) throw new Error('a thread has ended before its work')
  return message
}

async function seesTheSame(thread: Thread): Promise<boolean> {
  const told = await next(thread)
  return 'isSame' in told && told.isSame
}

/** Gives how far it came. */
async function* foundBy(told: Thread['told'], counts: Counts): AsyncGenerator<Discrepancy, number> {
  for (;;) {
    const one = await next({ told })
    if ('discrepancy' in one) yield one.discrepancy
    if ('error' in one) throw new JournalError(one.error)
    if ('reached' in one) {
      counts.entries += one.counts.entries
      addCounts(counts, one.counts)
      return one.reached
    }
  }
}
