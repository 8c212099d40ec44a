import { diffExamples } from '../diff/examples.js'
import { environmentOfTools, exitStatusSection } from './shared-sections.js'
import { explainedTexts, type Section, shown, type Supplement } from './supplement.js'

const sources: Section = {
  heading: 'SOURCES',
  text: [
    'A SOURCE is one of',
    explainedTexts(
      'unix:PATH, tcp:HOST[:PORT], ssl:HOST[:PORT]',
      'hardware_vtep as it is now; of --desired only',
    ),
    explainedTexts(
      'JOURNAL[@POSITION]',
      'What was asked for, or was there, at that entry, or at the last one. Also the name of a switch. Positions are those of vtep-replay(1).',
    ),
    explainedTexts('FILE', 'what "vtep-diff capture" or "vtep-replay export" wrote'),
    explainedTexts(
      'FILE, several times, or DIRECTORY',
      'what others made of a switch, as in archives of ovs-bugtool and sosreport',
    ),
    'Files that others made are databases (vtep.db and conf.db), what "ovsdb-client backup" and "ovsdb-client dump" print (as table, csv, list or json), and "ovs-vsctl list" of Bridge, Port and Interface. --actual also needs "ovs-ofctl dump-flows" of the switch. Files packed with gzip are unpacked. Where nothing else is there, "ovs-vsctl show" will do, with "ovs-ofctl show" or "dump-ports-desc" of the switch.',
    'In a directory links are not followed, and of dumps with several OpenFlow versions the newest is read. What a file does not hold is said in one line, and refused where something depends on it.',
  ].join('\n\n'),
}

const findings: Section = {
  heading: 'FINDINGS',
  text: [
    explainedTexts('missing', 'wanted, and not there'),
    explainedTexts('extra', 'ours, and not wanted'),
    explainedTexts('different', 'there, and not as wanted; what is to change is shown as [old → new]'),
    explainedTexts('foreign', 'not ours: listed apart, and never planned away'),
    'With --json each finding is an object in a line of its own.',
  ].join('\n\n'),
}

/** What vtep-diff(1) says beside commands and options. */
export function diffPage(): Supplement {
  const examples = diffExamples.map(([command, purpose]) => `${purpose}\n\n${shown([command])}`)
  return {
    section: 1,
    purpose: 'compares what a hardware_vtep database asks for with what a switch does',
    sections: [
      sources,
      findings,
      {
        heading: 'FILES',
        text: explainedTexts(
          '/var/lib/openvswitch/vtep/PS-NAME.journal',
          'the journal that knows causes, see --journal and ovs-vtep-journal(5)',
        ),
      },
      environmentOfTools,
      exitStatusSection,
      { heading: 'EXAMPLES', text: examples.join('\n\n') },
    ],
    seeAlso: ['ovs-vtep(8)', 'vtep-replay(1)', 'ovs-vtep-pipeline(7)', 'vtep(5)', 'ovs-ofctl(8)', 'ovsdb(5)'],
  }
}
