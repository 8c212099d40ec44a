import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PREDECESSOR } from '../support/daemon.js'
import type { Lab } from '../support/namespaces.js'
import { until } from '../support/until.js'
import { destinationMac, tunnel, type Forwarder } from './forwarding.js'

const { vni, remote } = tunnel

/** Who decides, by name; the floor is the first. */
export const forwarders = {
  floor: async (lab, { destinations }) => {
    await addTunnel(lab)
    const flows = Array.from(
      { length: destinations },
      (_, n) => `in_port=p0,dl_dst=${destinationMac(n)},actions=output:tunnel`,
    )
    const file = join(lab.directory, 'static.flows')
    await writeFile(file, `${flows.join('\n')}\n`)
    await lab.ofctl('--bundle', 'replace-flows', 'br0', file)
  },
  learningBridge: async (lab) => addTunnel(lab),
  python: async (lab, { destinations }) => {
    await lab.vtepctl('add-ps', 'br0', '--', 'set', 'Physical_Switch', 'br0', 'tunnel_ips=10.2.2.1')
    await lab.startDaemon(['br0'], PREDECESSOR)
    await configure(lab, destinations)
    const stands = async () =>
      (await lab.ofctl('dump-flows', 'br0_vtep_ls1')).split('dl_dst=02:bb').length > destinations
    // it starts processes for each flow
    await until('all its flows stand', stands, 300_000)
  },
  ours: async (lab, { destinations }) => {
    await lab.vtepctl('add-ps', 'br0', '--', 'set', 'Physical_Switch', 'br0', 'tunnel_ips=10.2.2.1')
    const daemon = await lab.startDaemon()
    await configure(lab, destinations)
    await until('it is in sync', async () => (await daemon.control('status')).includes('in sync: yes'))
  },
} satisfies Readonly<Record<string, Forwarder>>

async function addTunnel({ vsctl }: Lab): Promise<void> {
  const options = [`options:remote_ip=${remote}`, `options:key=${vni}`]
  await vsctl('add-port', 'br0', 'tunnel', '--', 'set', 'Interface', 'tunnel', 'type=vxlan', ...options)
}

async function configure({ vtepctl }: Lab, destinations: number): Promise<void> {
  await until('the port is known', async () => (await vtepctl('list-ports', 'br0')).includes('p0'))
  await vtepctl(
    ...['add-ls', 'ls0', '--', 'set', 'Logical_Switch', 'ls0', `tunnel_key=${vni}`],
    ...['--', 'bind-ls', 'br0', 'p0', '0', 'ls0'],
    ...['--', 'add-mcast-remote', 'ls0', 'unknown-dst', remote],
  )
  const atOnce = 500
  for (let from = 0; from < destinations; from += atOnce) {
    const numbers = Array.from({ length: Math.min(atOnce, destinations - from) }, (_, i) => from + i)
    const added = numbers.map((n) => ['add-ucast-remote', 'ls0', destinationMac(n), remote])
    await vtepctl(...added.flatMap((one, i) => (i === 0 ? one : ['--', ...one])))
  }
}
