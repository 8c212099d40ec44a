import { predicateHelp } from '../../lib/history/predicate/predicate.js'
import { replayExamples } from '../replay/examples.js'
import { environmentOfTools, exitStatusSection, positions } from './shared-sections.js'
import { explainedTexts, type Section, shown, type Supplement } from './supplement.js'

const journals: Section = {
  heading: 'JOURNALS',
  text: 'JOURNAL is a file, or the name of a switch, whose usual journal is meant. One that is being written can be read. No command changes a journal but compact. On a terminal a bar shows the progress of what takes longer than two seconds.',
}

const [intro = '', ...forms] = predicateHelp.split('\n')
const predicates: Section = {
  heading: 'PREDICATES',
  text: [
    `The language of bisect --bad, and of "run until" and the filter of step and serve. ${intro}`,
    ...forms.map((line) => {
      const [, term, means] = /^  (\S.*?)  +(.*)$/.exec(line) ?? []
      return term === undefined || means === undefined ? line.trim() : explainedTexts(term, means)
    }),
    'Words of the state (in-sync, flow:, flows > 100 and so on) ask what an entry leads to. All other words ask the entry itself.',
  ].join('\n\n'),
}

const files: Section = {
  heading: 'FILES',
  text: explainedTexts(
    '/var/lib/openvswitch/vtep/PS-NAME.journal',
    'the journal of a switch, see ovs-vtep-journal(5)',
  ),
}

/** What vtep-replay(1) says beside commands and options. */
export function replayPage(): Supplement {
  const examples = replayExamples.map(([command, purpose]) => `${purpose}\n\n${shown([command])}`)
  return {
    section: 1,
    purpose: 'answers questions from the journal of an ovs-vtep',
    sections: [
      journals,
      positions,
      predicates,
      files,
      environmentOfTools,
      exitStatusSection,
      { heading: 'EXAMPLES', text: examples.join('\n\n') },
    ],
    seeAlso: [
      'ovs-vtep(8)',
      'vtep-diff(1)',
      'ovs-vtep-journal(5)',
      'ovs-vtep-pipeline(7)',
      'vtep(5)',
      'ovs-fields(7)',
    ],
  }
}
