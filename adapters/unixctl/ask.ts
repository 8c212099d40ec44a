import { Connection } from '../ovsdb/connection.js'
import { dial } from '../ovsdb/dial.js'

/** How long a program may take to answer. */
const timeoutMs = 10_000

/**
 * Runs a control command of an OVS program, as ovs-appctl(8) does, and gives what it says. Rejects with
 * the program's own words, or when it can't be reached.
 */
export async function ask(socket: string, command: string, words: readonly string[]): Promise<string> {
  const connection = new Connection(
    dial({ kind: 'unix', path: socket }),
    { onOpened: () => undefined, onNotification: () => undefined, onClosed: () => undefined },
    timeoutMs / 2,
  )
  try {
    return String(await connection.request(command, words))
  } finally {
    connection.close(new Error('answered'))
  }
}
