import { Worker } from 'node:worker_threads'
import { builtFile } from '../../../adapters/built-file.js'
import type { ExplainView, WhatIfView } from '../../../lib/screens/page/api.js'
import { JournalError } from '../../../journal/format.js'

/** A question whose answer passes over the whole history. */
export type AsideInquiry =
  | { readonly what: 'explain'; readonly file: string; readonly seq: number; readonly about: string }
  | { readonly what: 'what-if'; readonly file: string; readonly without: number }

interface Views {
  readonly explain: ExplainView
  readonly 'what-if': WhatIfView
}

/** What the thread answers: a view, or why there is none. */
export type AsideAnswer = { readonly view: ExplainView | WhatIfView } | { readonly error: string }

/** Answers in a thread of its own; ended when nobody waits any more. Throws JournalError. */
export function aside<I extends AsideInquiry>(inquiry: I, signal: AbortSignal): Promise<Views[I['what']]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(builtFile('bin/replay/serve/aside-thread.js'), { workerData: inquiry })
    const end = (): void => void worker.terminate()
    signal.addEventListener('abort', end)
    worker.on('message', (finding: AsideAnswer) => {
      if ('error' in finding) reject(new JournalError(finding.error))
      // the thread answers what it was asked
      // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion
      else resolve(finding.view as Views[I['what']])
    })
    worker.on('error', reject)
    worker.on('exit', () => {
      signal.removeEventListener('abort', end)
      reject(new JournalError(`${inquiry.file}: nobody waits for the answer any more`))
    })
  })
}
