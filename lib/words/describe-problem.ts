import type { Problem } from '../model/problem.js'
import type { State } from '../model/state.js'
import { shellWords } from '../plan/command.js'
import { Names } from './names.js'

/** A problem for a person: `name` is what the row is called, and no row in `reason` is called by its UUID alone. */
export interface NamedProblem extends Problem {
  readonly name: string
}

/** `problems` with the names that the rows of `state` have. */
export function namedProblems(
  problems: readonly Problem[],
  state: Pick<State, 'vtep' | 'ovs'>,
): readonly NamedProblem[] {
  if (problems.length === 0) return []
  const names = new Names(state)
  return problems.map((problem) => ({
    ...problem,
    name: names.of(problem.uuid),
    reason: problem.reason.replace(uuids, (uuid) => (names.row(uuid) === undefined ? uuid : names.of(uuid))),
  }))
}

const uuids = /\b[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\b/g

/** In one line; what comes from a row is not yet made safe for a terminal. */
export function describeProblem(problem: NamedProblem): string {
  const command = mendingCommand(problem)
  return `${problemText(problem)}${command === null ? '' : ` (${command})`}`
}

/** The same without the command that ends it. */
export function problemText({ table, name, reason }: NamedProblem): string {
  return `${table} ${name}: ${reason}`
}

/** A line for a shell that ends it, where one is known. `options`: what leads ovs-vsctl to the database. */
export function mendingCommand({ mendedBy }: Problem, options: readonly string[] = []): string | null {
  return mendedBy === undefined ? null : shellWords('ovs-vsctl', ...options, ...mendedBy)
}

/** `1 row can not be realised`, or how many. */
export function countedProblems(count: number): string {
  return `${count} ${count === 1 ? 'row' : 'rows'} can not be realised`
}
