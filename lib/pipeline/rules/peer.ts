import { pipelineOwn, rule } from '../rule.js'
import { goto, table, usual } from '../tables.js'
import { text } from '../text.js'
import { sender } from '../values.js'

/** Frames from a VTEP are let in. */
export const peer = rule({
  name: 'peer',
  table: table.peer,
  priority: usual,
  match: text`${{ address: sender }}`,
  actions: text`${goto(table.vni)}`,
  cookie: pipelineOwn,
  says: ({ address }) => `frames from the VTEP ${address} are let in`,
  rows: ({ address }, rows) => rows.locatorsAt(address),
})
