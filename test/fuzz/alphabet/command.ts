import type { Command } from '../../../lib/plan/command.js'
import { flowLine } from './flows.js'
import { transaction } from './rows.js'
import { vsctl } from './vsctl.js'
import { type Complaint, first } from './words.js'

/**
 * The first word of a command that is not of the alphabet of typed values: what no name or text of a database may
 * get into. Knows nothing of the code that prints commands.
 */
export function foreignWord(command: Command, bridge: string): Complaint {
  const { program, arguments: list, input } = command
  if (program === 'ovs-ofctl') {
    const expected = ['-O', 'OpenFlow14', 'bundle', bridge, '-']
    if (list.join('\n') !== expected.join('\n')) return `arguments: ${list.join(' ')}`
    if (!input.endsWith('\n')) return 'an unfinished bundle'
    return first(input.slice(0, -1).split('\n'), (line) => flowLine(line))
  }
  if (input !== '') return 'input'
  return program === 'ovs-vsctl' ? vsctl(list, bridge) : transaction(list)
}
