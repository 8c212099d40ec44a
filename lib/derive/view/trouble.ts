import type { InterfaceRow } from '../../schema/open-vswitch.js'

/** Why the switch has not made an interface; null: it has, or did not try yet (ovs-vswitchd.conf.db(5): ofport, error). */
export function troubleOf({ name, ofport, error }: InterfaceRow): string | null {
  if (error === null && ofport !== -1) return null
  return `the switch has no interface ${JSON.stringify(name)}: ${error ?? 'its ofport is -1'}`
}
