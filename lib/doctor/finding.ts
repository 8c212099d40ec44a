import { oneLine } from '../words/one-line.js'

/** What was looked at, and what it is like. */
export interface DoctorFinding {
  readonly check:
    | 'programs'
    | 'permissions'
    | 'database'
    | 'schema'
    | 'bridge'
    | 'protocols'
    | 'switch'
    | 'tunnel IP'
    | 'routes'
    | 'UDP port'
    | 'manager'
    | 'predecessor'
    | 'quarrel'
    | 'daemon'
    | 'rows'
  readonly isWrong: boolean
  readonly text: string
  /** Lines for a shell that mend it, or, where nothing is wrong, that go on; null: there is nothing to do, or no command for it. */
  readonly command: string | null
}

export function fine(check: DoctorFinding['check'], text: string): DoctorFinding {
  return { check, isWrong: false, text, command: null }
}

/** Nothing is wrong, but `command` is still to be given. */
export function toDo(check: DoctorFinding['check'], text: string, command: string): DoctorFinding {
  return { check, isWrong: false, text, command }
}

export function wrong(check: DoctorFinding['check'], text: string, command: string | null): DoctorFinding {
  return { check, isWrong: true, text, command }
}

/** A line for each, and one for its command. */
export function describeFindings(findings: readonly DoctorFinding[]): readonly string[] {
  return findings.flatMap(({ check, isWrong, text, command }) => [
    oneLine(`${isWrong ? 'WRONG' : command === null ? 'ok   ' : 'to do'}  ${check}: ${text}`),
    ...(command === null ? [] : command.split('\n').map((line) => oneLine(`       ${line}`))),
  ])
}
