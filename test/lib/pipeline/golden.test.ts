import { copyFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { importJournal } from '../../../journal/import.js'
import { openRecording } from '../../../journal/recording.js'
import { entriesOf, none } from '../../../lib/model/collection.js'
import type { Flow } from '../../../lib/model/flow.js'
import { isOwnCookie } from '../../../lib/model/identity.js'
import { unchanged } from '../../../lib/pipeline/values.js'
import { readFlow, rules } from '../../../lib/pipeline/rules.js'
import type { Recording } from '../../../lib/history/recording.js'
import { mentionsIn } from '../../../lib/history/mentions.js'
import { ownDirectory } from '../../support/recorded.js'

const golden = join(process.cwd(), 'test', 'journal', 'golden')

/** Every flow of ours that a history plans, observes, or begins with. */
function* flowsIn(recording: Recording): Generator<Flow> {
  const { state } = recording.coreAt(recording.first - 1)
  for (const [, flow] of entriesOf(state.flows ?? none)) yield flow
  for (const entry of recording.entries())
    for (const mention of mentionsIn(entry))
      if (mention.what === 'flow' && mention.value !== null && isOwnCookie(mention.value.cookie))
        yield mention.value
}

for (const name of readdirSync(golden).filter((each) => /\.(journal|bundle)$/.test(each)))
  t.test(`every flow of ${name} is of one rule`, (t) => {
    const file = join(ownDirectory(t), 'journal')
    if (name.endsWith('.bundle')) importJournal(join(golden, name), file)
    else copyFileSync(join(golden, name), file)
    const recording = openRecording(file)
    let flows = 0
    for (const flow of flowsIn(recording)) {
      flows++
      t.equal(rules.filter((rule) => rule.read(flow) !== null).length, 1, JSON.stringify(flow))
      t.strictSame(readFlow(flow)?.map(unchanged), flow)
    }
    t.ok(flows > 10, `${flows} flows`)
    recording.close()
    t.end()
  })
