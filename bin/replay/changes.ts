import { type Command, Option } from 'commander'
import { counted } from '../../lib/words/counted.js'
import { localTime } from '../../lib/words/describe.js'
import {
  type ChangeKind,
  changeKinds,
  kindWords,
  outcomeText,
  writerWords,
} from '../../lib/history/changes/change.js'
import type { Chronicle } from '../../lib/history/changes/chronicle.js'
import { chronicleOf, placesOf } from '../../lib/history/changes/tell.js'
import { entryWords } from '../../lib/history/changes/entry-words.js'
import { typeWords } from '../../lib/history/changes/type-words.js'
import { changeLine } from '../../lib/screens/page/change-view.js'
import { positionForms, rangeOf } from '../../lib/history/position.js'
import type { Recording } from '../../lib/history/recording.js'
import { zoneText } from '../../lib/zone.js'
import { examples } from '../command-line/help.js'
import { withRecording } from '../command-line/journal-at.js'
import { Listing, tones } from './listing.js'
import type { Style, Terminal } from '../command-line/terminal.js'

interface Options {
  readonly kind: readonly ChangeKind[]
  readonly from?: string
  readonly to?: string
  readonly entries: boolean
}

export function addChanges(program: Command, terminal: () => Terminal): void {
  program
    .command('changes')
    .description(
      'what is noteworthy, and what changed, in sentences: a cause, what it led to and what came of it in one line',
    )
    .argument('<JOURNAL>')
    .argument(
      '[WORDS...]',
      'only changes for which this predicate holds, as the page has it (bisect --help)',
      [],
    )
    .addOption(
      new Option('--kind <KIND...>', 'only changes of these kinds').choices(changeKinds).default([], ''),
    )
    .option('--from <POSITION>', `from there on: ${positionForms}`)
    .option('--to <POSITION>', 'up to there')
    .option('--entries', 'the entries of each change, too', false)
    .addHelpText(
      'after',
      examples(
        'vtep-replay changes br0',
        'vtep-replay changes br0 02:00:00:00:0e:01 --entries',
        'vtep-replay changes br0 10.2.2.9 --kind moved faults --from 03:12',
      ),
    )
    .action((name: string, words: readonly string[], options: Options) =>
      withRecording(name, (recording) => {
        const out = terminal()
        const { from, to } = rangeOf(options, recording, Date.now())
        const chronicle = chronicleOf(recording, to)
        const wish = { words: words.join(' '), kinds: options.kind }
        const places = placesOf(chronicle, wish, recording).filter(
          (place) => (chronicle.at(place)?.last ?? 0) >= from,
        )
        if (out.isJson) return asJson(out, chronicle, places)
        summaryLines(out, chronicle, recording, to)
        if (recording.last > 0) out.line()
        if (places.length === 0 && recording.last > 0)
          return out.line(`no change is so, of ${counted(chronicle.length, 'change')}`)
        list(out, chronicle, places, options.entries ? recording : null)
      }),
    )
}

function asJson(out: Terminal, chronicle: Chronicle, places: readonly number[]): void {
  for (const place of places) {
    const change = chronicle.at(place)
    if (change === undefined) continue
    const { seq, last, atMs, kinds, text, writer, plans, about } = change
    out.json({ seq, last, atMs, kinds, text, writer, plans, about, entries: chronicle.entriesOf(place) })
  }
}

/** What is noteworthy, an answer a line; whether the daemon has ended; of what time. */
export function summaryLines(out: Terminal, chronicle: Chronicle, recording: Recording, to: number): void {
  const [first] = recording.entries(recording.first, recording.first)
  const [last] = recording.entries(to, to)
  if (first === undefined || last === undefined) return
  for (const { text, tone, count, seq } of chronicle.summary())
    out.pieces([
      { text, style: count === 0 ? 'dim' : tones[tone] },
      ...(seq === null ? [] : [{ text: `  entry ${seq}`, style: 'dim' } as const]),
    ])
  const numbers = `${counted(chronicle.length, 'change')} in ${counted(to - recording.first + 1, 'entry')}`
  const [from, until] = [first, last].map(({ atMs }) => localTime(atMs).slice(0, 19))
  const isStopped = last.event.type === 'Stopped'
  const text = `${numbers}, ${from} to ${until} ${zoneText(last.atMs)}${isStopped ? ', then stopped' : ''}`
  out.pieces([{ text, style: null }])
}

/** Entries are told where there is a recording to take them from. */
function list(
  out: Terminal,
  chronicle: Chronicle,
  places: readonly number[],
  recording: Recording | null,
): void {
  const listing = new Listing(out, { label: 'kind', labelWidth: 17, text: 'what changed' })
  for (const place of places) {
    const change = chronicle.at(place)
    if (change === undefined) continue
    const { seq, atMs, kind, text, tone } = changeLine(change, place)
    const writer = change.writer === null ? '' : `by ${writerWords[change.writer]}`
    const rest = [outcomeText(change), writer].filter((one) => one !== '').join(' · ')
    const style: Style | null = tones[tone]
    listing.line({ seq, atMs, label: kindWords[kind].name, style, text, rest })
    if (recording === null) continue
    for (const one of chronicle.entriesOf(place))
      for (const { seq, atMs, event } of recording.entries(one, one))
        listing.below({
          seq,
          atMs,
          label: typeWords[event.type] ?? event.type,
          text: entryWords(event, chronicle.names),
        })
  }
}
