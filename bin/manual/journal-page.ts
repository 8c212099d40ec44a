import { schema, snapshotSchema, formatVersion } from '../../journal/format.js'
import type { Batch } from '../../lib/model/batch.js'
import type { Event } from '../../lib/model/event.js'
import type { Source } from '../../lib/model/settings.js'
import { explainedTexts, type Section, shown, type Supplement } from './supplement.js'

const description: Section = {
  heading: 'DESCRIPTION',
  text: `The journal of a switch holds everything that ovs-vtep(8) saw, planned and did, in the order in which it happened. All that the daemon knows follows from its entries alone. So vtep-replay(1) can tell how things stood at any moment, why, and how they would stand had something been different.

A plan is in the journal before it is carried out, and its outcome afterwards. Knowledge of a restarted daemon begins with the journal, and goes on with what differs meanwhile (a catch-up).`,
}

const events: Readonly<Record<Event['type'], string>> = {
  Started:
    'A daemon began its work: its version, the name of the switch, and the options that decide what is wanted.',
  VtepUpdated:
    'Rows of hardware_vtep after a change, whole; null where a row is gone. isCatchUp: the differences to what was known before a connection.',
  OvsUpdated: 'The same for Open_vSwitch.',
  FlowsObserved:
    'How the flow tables differ from what was thought to be installed: flows that are new or changed, and flows that are gone. isDrift: somebody else changed ours.',
  FlowsDoubted: 'Somebody changed flows in a way that only a look at all of them can tell.',
  MacsLearned: 'MACs that the switch learned or moved to another binding; null: forgotten.',
  AddressesClaimed:
    'Which stations claim IP addresses, as the switch noted it; null: none here does any more.',
  SourceLost: 'A connection ended, and why. What it told is kept until it is back.',
  Planned: 'A batch that is about to be carried out, in one of the two lanes.',
  Applied:
    'The batch of that lane was carried out: how long it took, and for each command a digest of all that was handed to it.',
  Failed:
    'The batch of that lane was not, or nobody knows: the reason, and when it is tried again. isRejected: nothing of it was made, because something in it was refused.',
  BackedOff: 'A batch was undone by somebody again and again: it waits.',
  RetryDue: 'The wait of a lane is over.',
  QuarantineDue: 'What a lane leaves out because it was refused is tried again.',
  JournalResumed:
    'The file could not be written, or was gone. So many entries before this one are lost, and this is the state that they led to.',
  CleanupRequested: 'Everything of ours is to be removed before the stop.',
  Stopped: 'The daemon ended, or stands by again, and why.',
}

const batches: Readonly<Record<Batch['kind'], string>> = {
  config:
    'Ports and settings of the bridge: one ovs-vsctl. Where it empties the flow tables, a bundle that fills them at once.',
  flows: 'One ovs-ofctl bundle, which is made as a whole or not at all: deletions first, then additions.',
  rows: 'One transaction on hardware_vtep (RFC 7047, 5.2).',
}

const sources: Readonly<Record<Source, string>> = {
  vtep: 'the hardware_vtep database',
  ovs: 'the Open_vSwitch database',
  flows: 'the flow tables of the bridge',
}

function list(all: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(all).map(([term, text]) => explainedTexts(term, text))
}

const format: Section = {
  heading: 'FORMAT',
  text: [
    `A journal is a SQLite database with the application_id "VTEP" and the user_version ${formatVersion}. Format 1 is the same without snapshots. This version reads both, and refuses newer ones.`,
    shown(
      schema
        .replaceAll(/^\n|\n *$/g, '')
        .split('\n')
        .map((line) => line.replace(/^ {2}/, '')),
    ),
    'seq counts entries from 1 without gaps, at_ms is the time in milliseconds since 1970 UTC, and body is the event as JSON, to be read with any SQLite shell. chain is the SHA-256 over the chain of the entry before, seq, at_ms and body. So damage and casual changes show. It does not protect from somebody who may write the file.',
    shown(
      snapshotSchema
        .replaceAll('\\`', '`')
        .replaceAll(/^\n|\n *$/g, '')
        .split('\n')
        .map((line) => line.replace(/^ {2}/, '')),
    ),
    'A snapshot is the state behind an entry. A start and any position are computed from the nearest one. Old entries are dropped behind a snapshot, see --journal-keep of ovs-vtep(8) and compact of vtep-replay(1).',
    'The file belongs to its owner alone (mode 600). One process writes it; any number may read it meanwhile.',
  ].join('\n\n'),
}

/** ovs-vtep-journal(5). */
export function journalPage(): Supplement {
  return {
    section: 5,
    purpose: 'record of everything that ovs-vtep saw, planned and did',
    sections: [
      description,
      { heading: 'EVENTS', text: list(events).join('\n\n') },
      {
        heading: 'BATCHES AND LANES',
        text: [
          'The lane switch writes to the bridge, the lane vtep to hardware_vtep. Batches of a lane are carried out one after another. Kinds of batches:',
          ...list(batches),
        ].join('\n\n'),
      },
      { heading: 'SOURCES', text: ['What knowledge comes from:', ...list(sources)].join('\n\n') },
      format,
      {
        heading: 'BUNDLES',
        text: 'vtep-replay export writes a journal, or a part of it, as lines of JSON: a header with versions and columns, the snapshot that the entries begin with, the entries with the chain of the journal, and an end with a digest of all. vtep-replay import proves a bundle whole before it makes a journal of it. --format ndjson writes only the entries.',
      },
      {
        heading: 'EXAMPLES',
        text: [
          'The last entry, without vtep-replay:',
          shown([
            "sqlite3 -readonly br0.journal 'select seq, type, body from entry order by seq desc limit 1'",
          ]),
          'How often did what happen?',
          shown(["sqlite3 -readonly br0.journal 'select type, count(*) from entry group by type'"]),
        ].join('\n\n'),
      },
    ],
    seeAlso: ['vtep-replay(1)', 'ovs-vtep(8)', 'ovs-vtep-pipeline(7)', 'ovsdb(7)'],
  }
}
