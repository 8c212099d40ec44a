import { one } from '../column.js'
import { name } from '../domain.js'
import { table } from '../table.js'

/** vtep(5), Logical_Router. */
export const Logical_Router = table({
  columns: { name: one(name) },
  noun: 'logical router',
  isRoot: true,
  writer: 'controller',
  called: ({ name }) => name,
  knownBy: [['switch_binding']],
})
