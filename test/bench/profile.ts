/**
 * `npm run profile -- LOAD`: a CPU profile of the daemon under a load, or of a verification of what it recorded. The
 * profile is for the tools of Chrome; the functions with the largest share of the time are printed.
 */
import { execa } from 'execa'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { OURS } from '../support/daemon.js'
import { replayProgramFile } from '../support/replays.js'
import { loads, type Load } from './loads.js'
import { journalOf, startOurs, withRig } from './rig.js'
import { table } from './summary.js'
import { topFunctions, type CpuProfile } from './top-functions.js'
import { sizeOf } from './world.js'

const usage = `npm run profile -- [--macs N] [--directory DIR] [--top N] ${Object.keys(loads).join('|')}|verify`

function options(): { load: Load | null; macs: number; directory: string; top: number } {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      macs: { type: 'string', default: '100000' },
      directory: { type: 'string', default: 'profiles' },
      top: { type: 'string', default: '25' },
    },
  })
  const [name = ''] = positionals
  const load = name === 'verify' ? null : loads[name]
  if (load === undefined) throw new Error(usage)
  return { load, macs: Number(values.macs), directory: resolve(values.directory), top: Number(values.top) }
}

/** Node writes the profile of a process that runs with these when it ends. */
const profiled = (directory: string): readonly string[] => ['--cpu-prof', `--cpu-prof-dir=${directory}`]

async function run({ load, macs, directory, top }: ReturnType<typeof options>): Promise<void> {
  await mkdir(directory, { recursive: true })
  const before = new Set(await readdir(directory))
  const [node = '', ...script] = OURS.command
  const daemon = { ...OURS, command: [node, ...profiled(directory), ...script] }
  let lastMs = Infinity
  await withRig(sizeOf(macs), async (rig) => {
    if (load === loads['restart']) await (await startOurs(rig, rig.sandbox.env, OURS)).daemon.stop()
    const ours = await startOurs(rig, rig.sandbox.env, load === null ? OURS : daemon)
    const startedMs = performance.now()
    if (load !== null) await load(rig, ours)
    // of a load the start is no part, unless it is the load
    if (load !== null && load !== loads['start'] && load !== loads['restart'])
      lastMs = performance.now() - startedMs
    await ours.daemon.stop()
    if (load === null)
      await execa(node, [
        ...profiled(directory),
        ...[replayProgramFile, 'verify', '--threads', '1', journalOf(rig)],
      ])
  })
  for (const file of (await readdir(directory)).filter((name) => !before.has(name))) {
    const profile = JSON.parse(await readFile(join(directory, file), 'utf8')) as CpuProfile
    const rows = topFunctions(profile, lastMs)
      .slice(0, top)
      .map(({ name, selfMs, share }) => [name, `${selfMs.toFixed(0)} ms`, `${(share * 100).toFixed(1)} %`])
    console.log(`${join(directory, file)}\n\n${table([['function', 'self', 'share'], ...rows])}\n`)
  }
}

await run(options())
