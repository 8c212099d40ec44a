import { execa } from 'execa'
import { OURS } from '../../support/daemon.js'
import { replayProgramFile } from '../../support/replays.js'
import type { Course } from '../course.js'
import { finding } from '../findings.js'

const journal = 'test/sample/incident.journal'
const [, daemonProgram = ''] = OURS.command

/** Programs that have little to do; the floor is a Node.js that has nothing to do. */
const lines = [
  { row: 'version', what: '`ovs-vtep --version`', words: [daemonProgram, '--version'] },
  { row: 'log', what: '`vtep-replay log` of 64 entries', words: [replayProgramFile, 'log', journal] },
]

export const programs: Course = {
  name: 'programs',
  about: 'programs that have little to do, beside a Node.js that has nothing to do',
  takes: { full: 25, quick: 6 },
  run: async (bench) => {
    const floorMs: number[] = []
    const timesMs = lines.map((): number[] => [])
    for (let round = 0; round < bench.rounds(25); round++) {
      floorMs.push(await runMs('-e', '0'))
      for (const [i, { words }] of lines.entries()) timesMs[i]?.push(await runMs(...words))
    }
    bench.found(
      ...lines.map(({ row, what }, i) =>
        finding({
          row,
          what: `${what}, process start → end; floor: \`node -e 0\``,
          unit: 'ms',
          goal: '≤ 1.5× floor',
          ours: timesMs[i] ?? [],
          floor: floorMs,
          against: ['floor'],
          isMet: (us, floor) => us.median <= 1.5 * floor.median,
        }),
      ),
    )
  },
}

/** From the start of a Node.js with these words to its end. */
async function runMs(...words: readonly string[]): Promise<number> {
  const startedMs = performance.now()
  await execa(process.execPath, words, { stdout: 'ignore' })
  return performance.now() - startedMs
}
