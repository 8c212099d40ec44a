import type { ControllerSession, Row } from './controller-session.js'
import { uuid } from './operations.js'

/**
 * What the Local tables say, sorted, a line for each row: `ls0 02:00:00:00:00:0a at 10.2.2.1`, with several addresses
 * between commas. The session must monitor those tables and what they refer to.
 */
export function announcements(session: ControllerSession): readonly string[] {
  const switchName = (reference: unknown): string =>
    String(referred(session, 'Logical_Switch', reference)?.columns.name)
  const address = (reference: unknown): string =>
    String(referred(session, 'Physical_Locator', reference)?.columns.dst_ip)
  const unicast = session
    .rows('Ucast_Macs_Local')
    .map(({ columns }) => [columns, [address(columns.locator)]] as const)
  const group = session.rows('Mcast_Macs_Local').map(({ columns }) => {
    const set = referred(session, 'Physical_Locator_Set', columns.locator_set)
    return [columns, members(set?.columns.locators).map(address).sort()] as const
  })
  return [...unicast, ...group]
    .map(([{ MAC, logical_switch }, at]) => `${switchName(logical_switch)} ${String(MAC)} at ${at.join()}`)
    .sort()
}

function referred(session: ControllerSession, table: string, reference: unknown): Row | undefined {
  return session.rows(table).find((row) => JSON.stringify(uuid(row.uuid)) === JSON.stringify(reference))
}

/** Of a set as the wire has it: one member stands by itself. */
function members(value: unknown): readonly unknown[] {
  const [tag, content] = value as readonly [string, unknown]
  return tag === 'set' ? (content as readonly unknown[]) : [value]
}
