import { execa } from 'execa'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Course } from '../course.js'
import { finding } from '../findings.js'
import { flowsOf } from '../point.js'
import { type Rig, startOurs, withRig } from '../rig.js'

/** Some 103,000 flows. */
const size = { macs: 100_000, switches: 400, remotes: 200 }

export const comparison: Course = {
  name: 'diff',
  about: 'vtep-diff of 100,000 flows, from files',
  takes: { full: 60, quick: 40 },
  run: async (bench) => {
    await withRig(size, async (rig) => {
      const { daemon } = await startOurs(rig)
      const files = await dumped(rig)
      const flows = (await flowsOf(rig)).match(/ actions=/g)?.length ?? 0
      await daemon.stop()
      const timesMs: number[] = []
      for (let round = 0; round < bench.rounds(7); round++) timesMs.push(await comparedMs(rig, files))
      bench.found(
        finding({
          row: 'diff',
          what: `\`vtep-diff\` of files with ${flows.toLocaleString('en')} flows`,
          unit: 's',
          goal: '< 3',
          ours: timesMs.map((ms) => ms / 1_000),
          isMet: (us) => us.median < 3,
        }),
      )
    })
  },
}

interface Dumped {
  readonly desired: string
  readonly actual: readonly string[]
}

/** Both databases and the flow tables, each as the program prints it that everybody has. */
async function dumped({ sandbox }: Rig): Promise<Dumped> {
  const { directory, bridge, env } = sandbox
  const dump = async (name: string, program: string, ...list: readonly string[]): Promise<string> => {
    const file = join(directory, name)
    const { stdout } = await execa(program, list, { env, stripFinalNewline: false })
    await writeFile(file, stdout)
    return file
  }
  const server = `unix:${join(directory, 'db.sock')}`
  const tables = (database: string) => ['dump', '--format=json', server, database]
  return {
    desired: await dump('vtep.json', 'ovsdb-client', ...tables('hardware_vtep')),
    actual: [
      await dump('ovs.json', 'ovsdb-client', ...tables('Open_vSwitch')),
      await dump('flows', 'ovs-ofctl', '-O', 'OpenFlow14', 'dump-flows', bridge),
    ],
  }
}

/** Its process included. Rejects unless it finds no difference. */
async function comparedMs({ sandbox: { bridge } }: Rig, { desired, actual }: Dumped): Promise<number> {
  const sides = ['--desired', desired, ...actual.flatMap((file) => ['--actual', file])]
  const startedMs = performance.now()
  await execa(process.execPath, [join('dist', 'bin', 'vtep-diff.js'), bridge, ...sides], { stdout: 'ignore' })
  return performance.now() - startedMs
}
