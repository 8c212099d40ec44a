import { one } from '../column.js'
import { nameDomain } from '../domain.js'
import { declareTable } from '../table.js'

/** vtep(5), Logical_Router. */
export const Logical_Router = declareTable({
  columns: { name: one(nameDomain) },
  noun: 'logical router',
  isRoot: true,
  writer: 'controller',
  called: ({ name }) => name,
  knownBy: [['switch_binding']],
})
