import type { Ovs } from './ovs.js'

/**
 * Everything that the emulator of `bridge` has made, as text: flows, ports with the UUIDs of their rows, and
 * what the databases say of the switch. `logicalSwitch`: whose local MACs count, `address`: as announced from.
 */
export async function belongingsOf(
  { vsctl, vtepctl, ofctl }: Ovs,
  bridge: string,
  logicalSwitch: string,
  address: string,
): Promise<string> {
  const flows = await ofctl('--no-stats', '-O', 'OpenFlow15', 'dump-flows', bridge)
  const ports = (await vsctl('list-ports', bridge)).split('\n').sort()
  const rows = ports.map((port) =>
    vsctl(
      'list',
      'Port',
      port,
      '--',
      '--columns=_uuid,type,options,ofport,error,bfd',
      'list',
      'Interface',
      port,
    ),
  )
  const macs = (await vtepctl('list-local-macs', logicalSwitch))
    .split('\n')
    .filter((line) => line.endsWith(`/${address}`))
  return [
    ...flows.split('\n').sort(),
    ...(await Promise.all(rows)).map((text) => text.replace(/^statistics.*\n/m, '')),
    ...macs,
    await vtepctl('list', 'Physical_Switch', bridge),
  ].join('\n')
}
