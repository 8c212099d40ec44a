import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import t from 'tap'
import { exitStatus } from '../../bin/command-line/exit-status.js'
import { helpOf } from '../../bin/manual/help-text.js'
import { manPage } from '../../bin/manual/man-page.js'
import { documented } from '../../bin/manual/pages.js'

const run = async (program: string, ...args: readonly string[]): Promise<unknown> => {
  const env = { ...process.env, OVS_RUNDIR: '/nonexistent', OVS_DBDIR: '/nonexistent' }
  const child = spawn(process.execPath, [`dist/bin/${program}.js`, ...args], { env, stdio: 'ignore' })
  const [status] = (await once(child, 'exit')) as readonly unknown[]
  return status
}

const { done, trouble, usage } = exitStatus
/** A command line of each program, and how it ends: an unknown option, a word too many, a wrong value, something that is not there. */
const table: readonly (readonly [program: string, args: readonly string[], status: number])[] = [
  ['ovs-vtep', ['--help'], done],
  ['ovs-vtep', ['--version'], done],
  ['ovs-vtep', [], usage],
  ['ovs-vtep', ['br0', '--nonsense'], usage],
  ['ovs-vtep', ['br0', '--all'], usage],
  ['ovs-vtep', ['br0', '--mac-aging=0'], usage],
  ['ovs-vtep', ['br0', '-vnonsense'], usage],
  ['ovs-vtep', ['doctor', 'br0', '--nonsense'], usage],
  ['ovs-vtep', ['doctor'], usage],
  ['ovs-vtep', ['--dry-run', 'br0', 'br1'], usage],
  ['ovs-vtep', ['--dry-run', 'br0'], trouble],
  ['vtep-diff', ['--help'], done],
  ['vtep-diff', ['--nonsense'], usage],
  ['vtep-diff', ['br0', 'br1'], usage],
  ['vtep-diff', ['br0', '--mac-aging', '0'], usage],
  ['vtep-diff', ['br0', '--format', 'nonsense'], usage],
  ['vtep-diff', ['br0'], trouble],
  ['vtep-diff', ['br0', '--desired', '/nonexistent/x'], trouble],
  ['vtep-replay', ['--help'], done],
  ['vtep-replay', [], usage],
  ['vtep-replay', ['--nonsense'], usage],
  ['vtep-replay', ['log', 'a', 'b'], usage],
  ['vtep-replay', ['export', 'a', '--format', 'nonsense'], usage],
  ['vtep-replay', ['log', '/nonexistent/x'], trouble],
]

t.test('a status has one meaning in all three programs', async (t) => {
  const ends = await Promise.all(table.map(async ([program, args]) => await run(program, ...args)))
  table.forEach(([program, args, status], i) => t.equal(ends[i], status, [program, ...args].join(' ')))
})

t.test('the statuses differ, and each help and man page has the one table', async (t) => {
  const statuses = Object.values(exitStatus)
  t.equal(new Set(statuses).size, statuses.length)
  for (const { program, supplement } of await documented()) {
    const section = manPage(program, supplement).split('.SH "EXIT STATUS"')[1]?.split('.SH')[0] ?? ''
    const listed = [...section.matchAll(/^\.B (\d+)$/gm)].map(([, status]) => Number(status))
    t.strictSame(
      listed,
      statuses.toSorted((a, b) => a - b),
      `${program.name()}(${supplement.section})`,
    )
    if (program.name() !== 'ovs-vtep')
      t.match(helpOf(program), new RegExp(`\\n.*${usage} a wrong command line`))
  }
  const unit = readFileSync('bin/service/ovs-vtep@.service', 'utf8')
  t.match(unit, `\nRestartPreventExitStatus=${usage}\n`, 'systemd does not try a wrong command line again')
})
