import type { Command } from 'commander'
import type { Terminal } from '../command-line/terminal.js'

type AddCommand = (program: Command, terminal: () => Terminal) => void

/** The commands as `vtep-replay help` shows them. What a command is made of is read when it is asked for. */
export const groups: Readonly<Record<string, Readonly<Record<string, () => Promise<AddCommand>>>>> = {
  'Look at what happened:': {
    summary: async () => (await import('./summary.js')).addSummary,
    changes: async () => (await import('./changes.js')).addChanges,
    log: async () => (await import('./log.js')).addLog,
    show: async () => (await import('./show.js')).addShow,
    stats: async () => (await import('./stats.js')).addStats,
    step: async () => (await import('./step.js')).addStep,
    serve: async () => (await import('./serve.js')).addServe,
    fleet: async () => (await import('./fleet.js')).addFleet,
  },
  'Look at how things stood:': {
    state: async () => (await import('./state.js')).addState,
    flows: async () => (await import('./flows.js')).addFlows,
    commands: async () => (await import('./commands.js')).addCommands,
    diff: async () => (await import('./diff.js')).addDiff,
  },
  'Ask why:': {
    explain: async () => (await import('./explain.js')).addExplain,
    blame: async () => (await import('./blame.js')).addBlame,
    history: async () => (await import('./history.js')).addHistory,
    bisect: async () => (await import('./bisect.js')).addBisect,
  },
  'Check:': {
    verify: async () => (await import('./verify.js')).addVerify,
    apply: async () => (await import('./apply.js')).addApply,
  },
  'Give away and take in:': {
    export: async () => (await import('./export.js')).addExport,
    import: async () => (await import('./import.js')).addImport,
  },
  'Try out:': {
    'what-if': async () => (await import('./what-if.js')).addWhatIf,
  },
  'Change a journal:': {
    compact: async () => (await import('./compact.js')).addCompact,
  },
}

export const commandNames: readonly string[] = Object.values(groups).flatMap((group) => Object.keys(group))

/** What is meant where a journal stands in the place of a command. */
export const usualCommand = 'log'

/** The only command that `argv` can be about; null: help for all, or a command line that nobody understands. */
export function commandIn(argv: readonly string[]): string | null {
  let at = 0
  while (argv[at] === '--json' || /^--color(?:=|$)/.test(argv[at] ?? '')) at += argv[at] === '--color' ? 2 : 1
  const word = argv[at] ?? ''
  if (word === '' || word === 'help' || word.startsWith('-')) return null
  return commandNames.includes(word) ? word : usualCommand
}
