import { writeSync } from 'node:fs'
import type { Command } from 'commander'
import { noTip } from '../../journal/format.js'
import { happened } from '../../lib/words/describe.js'
import type { Entry, Event } from '../../lib/model/event.js'
import { LogFilter } from '../../lib/history/log-filter.js'
import { Narrator } from '../../lib/words/narrator.js'
import { mentionsIn } from '../../lib/history/mentions.js'
import { passage, type SaidInPassage } from '../../lib/history/passage.js'
import { positionForms, rangeOf } from '../../lib/history/position.js'
import type { Recording } from '../../lib/history/recording.js'
import { Subject } from '../../lib/history/subject.js'
import { subjectForms } from '../../lib/history/subject-form.js'
import { unknownSubject } from '../../lib/history/unknown-word.js'
import { follow } from './follow.js'
import { examples } from '../command-line/help.js'
import { withRecording } from '../command-line/journal-at.js'
import { Listing } from './listing.js'
import type { Style, Terminal } from '../command-line/terminal.js'

interface Options {
  readonly kind: readonly string[]
  readonly table: readonly string[]
  readonly about: readonly string[]
  readonly from?: string
  readonly to?: string
  readonly follow: boolean
}

export function addLog(program: Command, terminal: () => Terminal): void {
  const several = (text: string, before: readonly string[]): readonly string[] => [...before, text]
  program
    .command('log', { isDefault: true })
    .description('list the entries (what `vtep-replay JOURNAL` does)')
    .argument('<JOURNAL>')
    .option('--kind <KIND>', 'only events of this kind, as they are listed (can be repeated)', several, [])
    .option('--table <TABLE>', 'only changes of rows of this table (can be repeated)', several, [])
    .option('--about <WHAT>', `only what is said of it: ${subjectForms} (can be repeated)`, several, [])
    .option('--from <POSITION>', `from there on: ${positionForms}`)
    .option('--to <POSITION>', 'up to there')
    .option('-f, --follow', 'go on with what is recorded from now on', false)
    .addHelpText(
      'after',
      examples(
        'vtep-replay br0',
        'vtep-replay log br0 --kind planned --about 02:00:00:00:0e:01 --from 03:12',
        'vtep-replay log -f br0',
      ),
    )
    .action(async (name: string, options: Options) => {
      const out = terminal()
      const { kind: kinds, table: tables, about } = options
      const filter = new LogFilter({ kinds, tables, about })
      const narrator = new Narrator()
      const listing = new Listing(out, { label: 'kind', labelWidth: 13, text: 'what happened' })
      const hear = (entry: Entry, recording: Recording, isShown: boolean): void => {
        if (!isShown) narrator.pass(entry)
        else if (out.isJson) out.json(entry)
        else {
          const { seq, atMs, event } = entry
          const text = happened(event, narrator.called(entry, recording))
          listing.line({ seq, atMs, label: event.type, style: styleOf(event), text })
        }
      }
      const say = (line: string): void => {
        out.flush()
        writeSync(process.stderr.fd, `vtep-replay: ${line}\n`)
      }
      let seen = noTip
      await withRecording(name, (recording) => {
        const { from, to } = rangeOf(options, recording, Date.now())
        let shown = 0
        for (const { entry, mentions } of saidIn(recording, filter, from, to)) {
          const isWanted = entry === null ? filter.hear(mentions) : filter.passes(entry, mentions)
          if (entry === null) continue
          const isShown = isWanted && entry.seq >= from
          if (isShown) shown++
          hear(entry, recording, isShown)
        }
        seen = recording.tip(recording.last)
        if (shown > 0 || options.follow) return
        const [unknown] = filter.unknown()
        if (unknown !== undefined && !isSaidLater(recording, to, unknown))
          throw unknownSubject(unknown, recording)
        if (recording.last > 0) say(nothingText(options, from, to))
      })
      if (!options.follow || options.to !== undefined) return
      await follow(name, seen, {
        take: (entry, recording) => hear(entry, recording, filter.passes(entry, [...mentionsIn(entry)])),
        say,
        rest: () => {
          out.flush()
        },
      })
    })
}

/** What stands before the first that is shown tells what the rest is about. */
function saidIn(recording: Recording, filter: LogFilter, from: number, to: number): Iterable<SaidInPassage> {
  return filter.isAboutSomething ? passage(recording, to) : entriesIn(recording, from, to)
}

function* entriesIn(recording: Recording, from: number, to: number): Generator<SaidInPassage> {
  for (const entry of recording.entries(from, to)) yield { entry, mentions: [...mentionsIn(entry)] }
}

/** Whether something behind entry `seq` is about it. */
function isSaidLater(recording: Recording, seq: number, about: string): boolean {
  const subject = new Subject(about)
  for (const { mentions } of entriesIn(recording, seq + 1, recording.last))
    if (subject.among(mentions).length > 0) return true
  return false
}

function nothingText({ kind, table, about }: Options, from: number, to: number): string {
  const wishes = [
    ...(kind.length === 0 ? [] : [`is of kind ${kind.join(' or ')}`]),
    ...(table.length === 0 ? [] : [`changes a row of ${table.join(' or ')}`]),
    ...about.map((text) => `is about ${text}`),
  ]
  return `none of the entries ${from} to ${to} ${wishes.join(' and ')}`
}

const styles: Readonly<Partial<Record<Event['type'], Style>>> = {
  Started: 'bold',
  Stopped: 'bold',
  VtepUpdated: 'cyan',
  OvsUpdated: 'cyan',
  MacsLearned: 'green',
  AddressesClaimed: 'green',
  FlowsDoubted: 'yellow',
  CleanupRequested: 'yellow',
  SourceLost: 'red',
  Failed: 'red',
  BackedOff: 'red',
  JournalResumed: 'red',
}

/** What alarms is red, what somebody else did yellow, what came from outside in a colour, what we did without one. */
function styleOf(event: Event): Style | null {
  if (event.type === 'FlowsObserved') return event.isDrift ? 'yellow' : null
  return styles[event.type] ?? null
}
