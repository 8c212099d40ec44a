import type { Command } from 'commander'
import { diffProgram } from '../diff/program.js'
import { daemonProgram } from '../doctor/program.js'
import { replayProgram } from '../replay/program.js'
import { Terminal } from '../command-line/terminal.js'
import type { CompletedProgram } from './completion.js'
import { daemonPage } from './daemon-page.js'
import { diffPage } from './diff-page.js'
import { journalPage } from './journal-page.js'
import { pipelinePage } from './pipeline-page.js'
import { replayPage } from './replay-page.js'
import type { Supplement } from './supplement.js'

export interface Documented {
  readonly program: Command
  readonly supplement: Supplement
  readonly subject: CompletedProgram
}

/** Every program of the package. */
export async function documented(): Promise<readonly Documented[]> {
  const terminal = new Terminal(false, false)
  const ignore = (): void => undefined
  return [
    { program: daemonProgram(), subject: 'switch', supplement: daemonPage() },
    { program: await replayProgram(() => terminal, ignore), subject: 'journal', supplement: replayPage() },
    { program: diffProgram(() => terminal, ignore), subject: 'file', supplement: diffPage() },
  ]
}

/** Every page about what is no program. */
export const topics: readonly { readonly name: string; readonly supplement: Supplement }[] = [
  { name: 'ovs-vtep-journal', supplement: journalPage() },
  { name: 'ovs-vtep-pipeline', supplement: pipelinePage() },
]
