import { execa } from 'execa'
import type { Test } from 'tap'
import type { DoctorFinding } from '../../lib/doctor/finding.js'
import { OURS, runToEnd } from './daemon.js'
import type { Environment } from './ovs.js'
import { until } from './until.js'

export interface Answer {
  readonly status: number | undefined
  readonly findings: readonly DoctorFinding[]
}

/** What the doctor says; `enter`: a command that runs it elsewhere or as somebody else. */
export async function ask(env: Environment, enter: readonly string[] = [], name = 'br0'): Promise<Answer> {
  const program = { ...OURS, command: [...enter, 'env', '-u', 'NODE_OPTIONS', ...OURS.command] }
  const { status, stdout, stderr } = await runToEnd(program, ['doctor', '--json', name], env)
  if (stderr !== '') throw new Error(stderr)
  return {
    status,
    findings: stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as DoctorFinding),
  }
}

export interface Place {
  readonly directory: string
  readonly env: Environment
}

/** A finding is there, its command is run as a person would, and it is gone. */
export async function cures(
  t: Test,
  { directory, env }: Place,
  what: { readonly check: DoctorFinding['check']; readonly text: RegExp; readonly command: RegExp },
  enter: readonly string[] = [],
  name = 'br0',
  mendIn: readonly string[] = [],
): Promise<void> {
  const isIt = ({ check, isWrong, text }: DoctorFinding): boolean =>
    isWrong && check === what.check && what.text.test(text)
  const before = await ask(env, enter, name)
  t.equal(before.status, 2)
  const [found] = before.findings.filter(isIt)
  t.match(found?.command, what.command, JSON.stringify(before.findings))
  await execa('env', [...mendIn, 'sh', '-c', found?.command ?? 'false'], { env, cwd: directory })
  // what Open vSwitch does about it may take a moment
  await until(
    `${what.check}: ${String(what.text)} is gone`,
    async () => !(await ask(env, enter, name)).findings.some(isIt),
  )
}
