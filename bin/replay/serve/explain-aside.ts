import { Worker } from 'node:worker_threads'
import { builtFile } from '../../../adapters/built-file.js'
import type { ExplainView } from '../../../lib/replay/page/api.js'
import { JournalError } from '../../../journal/format.js'

/** What is to be explained, see `explain`. */
export interface Inquiry {
  readonly file: string
  readonly seq: number
  readonly about: string
}

/** What the thread answers: a view, or why there is none. */
export type Finding = ExplainView | { readonly error: string }

/**
 * Explains in a thread of its own, for it passes over the whole history; ended when nobody waits any more.
 * Throws JournalError.
 */
export function explainAside(inquiry: Inquiry, signal: AbortSignal): Promise<ExplainView> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(builtFile('bin/replay/serve/explain-thread.js'), { workerData: inquiry })
    const end = (): void => void worker.terminate()
    signal.addEventListener('abort', end)
    worker.on('message', (finding: Finding) => {
      if ('error' in finding) reject(new JournalError(finding.error))
      else resolve(finding)
    })
    worker.on('error', reject)
    worker.on('exit', () => {
      signal.removeEventListener('abort', end)
      reject(new JournalError(`${inquiry.file}: nobody waits for the explanation any more`))
    })
  })
}
