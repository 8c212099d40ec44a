import { type Command, Option } from 'commander'
import { openRecording, type RecordingFile } from '../../journal/recording.js'
import { type ChangeKind, changeKinds } from '../../lib/history/changes/change.js'
import { type FleetMember, onOneAxis, sightings, sightingText } from '../../lib/history/changes/fleet.js'
import { chronicleOf, placesOf } from '../../lib/history/changes/tell.js'
import { explain, sortedByPresence } from '../../lib/history/explain.js'
import { Subject } from '../../lib/history/subject.js'
import { subjectForms } from '../../lib/history/subject-form.js'
import { factsOf, headingOf } from '../../lib/words/explanation-text.js'
import { changeLine } from '../../lib/screens/page/change-view.js'
import { examples } from '../command-line/help.js'
import type { Terminal } from '../command-line/terminal.js'
import { Listing, tones } from './listing.js'
import { memberFiles, memberForms, type MemberFile } from './fleet/member-files.js'

interface Options {
  readonly about: string
  readonly kind: readonly ChangeKind[]
  readonly explain?: string
}

/** So many flows of each switch are explained. */
const mostShown = 5

export function addFleet(program: Command, terminal: () => Terminal): void {
  program
    .command('fleet')
    .description(
      'the changes of several switches on one axis of time; which of them was first, and which late',
    )
    .argument('<JOURNAL...>', memberForms)
    .option('--about <WORDS>', 'only changes for which this predicate holds, as of `changes`', '')
    .addOption(
      new Option('--kind <KIND...>', 'only changes of these kinds').choices(changeKinds).default([], ''),
    )
    .option('--explain <WHAT>', `why each switch forwards as it does: ${subjectForms}`)
    .addHelpText(
      'after',
      examples(
        'vtep-replay fleet gw1.journal gw2.journal --about 02:00:00:00:0e:01',
        'vtep-replay fleet root@gw1:br0 root@gw2:br0 --kind moved faults',
        'vtep-replay fleet journals/ --explain 02:00:00:00:0e:01',
      ),
    )
    .action(async (operands: readonly string[], options: Options) => {
      const { members, close } = await memberFiles(operands)
      try {
        if (options.explain === undefined) changesOf(members, options, terminal())
        else explanationsOf(members, new Subject(options.explain), terminal())
      } finally {
        close()
      }
    })
}

function changesOf(files: readonly MemberFile[], { about, kind }: Options, out: Terminal): void {
  const members = files.map((one) =>
    withFile(one, (recording): FleetMember => {
      const chronicle = chronicleOf(recording)
      return {
        name: one.name,
        chronicle,
        places: placesOf(chronicle, { words: about, kinds: kind }, recording),
      }
    }),
  )
  const seen = sightings(members)
  const changes = onOneAxis(members)
  if (out.isJson) {
    for (const sighting of seen) out.json({ type: 'switch', ...sighting })
    for (const { name, change } of changes) {
      const { seq, last, atMs, kinds, text, writer } = change
      out.json({ type: 'change', name, seq, last, atMs, kinds, text, writer })
    }
    return
  }
  const width = Math.max(4, ...members.map(({ name }) => name.length))
  for (const sighting of seen) out.line(`${sighting.name.padEnd(width)}  ${sightingText(sighting)}`)
  out.line()
  const listing = new Listing(out, { label: 'switch', labelWidth: width, text: 'what changed' })
  for (const { name, place, change } of changes) {
    const { seq, atMs, text, tone, outcome } = changeLine(change, place)
    listing.line({ seq, atMs, label: name, style: tones[tone], text, rest: outcome })
  }
}

function explanationsOf(files: readonly MemberFile[], subject: Subject, out: Terminal): void {
  for (const one of files) {
    const found = withFile(one, (recording) =>
      sortedByPresence(explain(recording, recording.last, new Subject(subject.text))),
    ).slice(0, mostShown)
    if (out.isJson) {
      for (const explanation of found) out.json({ name: one.name, ...explanation })
      continue
    }
    out.line(
      `${one.name}: ${found.length === 0 ? 'no flow of ours was ever there for it' : ''}`.trim(),
      'bold',
    )
    for (const explanation of found) {
      out.line(`  ${headingOf(explanation)}`)
      for (const { name, text } of factsOf(explanation))
        out.line(`${name === 'cause' ? '      ' : '    '}${name}:`.padEnd(14) + text)
    }
  }
}

function withFile<T>({ file }: MemberFile, use: (recording: RecordingFile) => T): T {
  const recording = openRecording(file)
  try {
    return use(recording)
  } finally {
    recording.close()
  }
}
