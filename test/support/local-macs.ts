import type { Run } from './ovs.js'

/** The unicast MACs that the VTEP reports as its own in a logical switch, sorted. */
export async function localMacs(vtepctl: Run, logicalSwitch: string): Promise<readonly string[]> {
  const listing = await vtepctl('list-local-macs', logicalSwitch)
  const [unicast = ''] = listing.split('mcast-mac-local')
  return [...unicast.matchAll(/^\s+([0-9a-f:]{17}) -> /gm)].map(([, mac = '']) => mac).sort()
}
