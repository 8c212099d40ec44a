/**
 * `npm run bench`: this program, Open vSwitch alone and Open vSwitch's Python emulator, side by side in one run; what
 * docs/speed.md says comes from here. Exit status 0 though goals are missed: it measures, and judges nothing else.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { chart } from './chart.js'
import type { Bench, Course } from './course.js'
import { acl } from './courses/acl.js'
import { cold } from './courses/cold.js'
import { comparison } from './courses/comparison.js'
import { engine } from './courses/engine.js'
import { frames } from './courses/frames.js'
import { journal } from './courses/journal.js'
import { learned } from './courses/learned.js'
import { loaded } from './courses/loaded.js'
import { programs } from './courses/programs.js'
import { python } from './courses/python.js'
import { revival } from './courses/revival.js'
import { single } from './courses/single.js'
import { sizes } from './courses/sizes.js'
import { takeover } from './courses/takeover.js'
import { asText, type Finding } from './findings.js'
import { inWords, thisMachine } from './machine.js'
import type { Point } from './point.js'
import { Progress } from './progress.js'
import { withSpeed, type Record } from './record.js'
import type { Summary } from './summary.js'

const predecessor = new Map<string, Summary>()
const all: readonly Course[] = [
  python(predecessor),
  single,
  learned,
  cold,
  revival,
  loaded,
  acl,
  frames,
  takeover,
  comparison,
  engine,
  journal,
  programs,
  sizes,
]

/** Where the table is shown. */
const page = 'docs/speed.md'

const help = `npm run bench -- [--quick] [--without-python] [--only PART[,PART…]] [--output DIRECTORY | --record]

Writes speed.json and speed.svg into DIRECTORY (default: bench-output); --record: into test/bench/results, and the table into
${page}. Parts:
${all.map(({ name, about }) => `  ${name.padEnd(8)} ${about}\n`).join('')}`

interface Options {
  readonly isQuick: boolean
  readonly courses: readonly Course[]
  readonly output: string
  /** Whether docs/speed.md is to show it. */
  readonly isRecorded: boolean
}

function options(): Options | null {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      'without-python': { type: 'boolean', default: false },
      only: { type: 'string' },
      output: { type: 'string', default: 'bench-output' },
      record: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return null
  const names = values.only?.split(',') ?? all.map(({ name }) => name)
  const unknown = names.find((name) => !all.some((course) => course.name === name))
  if (unknown !== undefined) throw new Error(`no part is called ${JSON.stringify(unknown)}\n\n${help}`)
  const isWanted = ({ name }: Course): boolean =>
    names.includes(name) && !(values['without-python'] && name === 'python')
  const output = resolve(values.record ? 'test/bench/results' : values.output)
  return { isQuick: values.quick, courses: all.filter(isWanted), output, isRecorded: values.record }
}

async function run({ isQuick, courses, output, isRecorded }: Options): Promise<void> {
  const machine = await thisMachine()
  const findings: Finding[] = []
  const points: Point[] = []
  const failures: string[] = []
  const progress = new Progress(courses, isQuick)
  const bench: Bench = {
    isQuick,
    rounds: (full) => (isQuick ? Math.max(1, Math.floor(full / 5)) : full),
    predecessor,
    found: (...more) => void findings.push(...more),
    before: (row) => findings.find((one) => one.row === row),
    points,
    say: (what) => progress.say(what),
    attempt: async (what, work) => {
      progress.say(what)
      await work().catch((error: unknown) => failures.push(`${what}: ${reasonOf(error)}`))
    },
  }
  const record = (): Record => {
    const ordered = points.toSorted((a, b) => a.rows - b.rows)
    return { at: new Date().toISOString(), isQuick, machine, findings, points: ordered, failures }
  }
  for (const course of courses) {
    progress.begin(course)
    await bench.attempt(course.name, () => course.run(bench))
    // a run that is ended before its time leaves what it has
    await write(output, record())
  }
  progress.end()
  if (isRecorded) await writeFile(page, withSpeed(await readFile(page, 'utf8'), record()))
  process.stdout.write(`${inWords(machine)}\n\n${asText(findings)}\n`)
  for (const failure of failures) process.stdout.write(`not measured: ${failure}\n`)
  process.stdout.write(`written to ${output}\n`)
  if (failures.length > 0) process.exitCode = 1
}

async function write(output: string, record: Record): Promise<void> {
  await mkdir(output, { recursive: true })
  await writeFile(join(output, 'speed.json'), `${JSON.stringify(record, null, 2)}\n`)
  if (record.points.length > 1)
    await writeFile(join(output, 'speed.svg'), chart(record.points, predecessor.get('one-mac')))
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

const wanted = options()
if (wanted === null) process.stdout.write(help)
else await run(wanted)
