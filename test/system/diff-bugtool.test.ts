/** An archive that ovs-bugtool itself made of a switch, where it is installed and a mount namespace can be had. */
import { execa } from 'execa'
import { join } from 'node:path'
import t from 'tap'
import { diffsIn, furnished } from '../support/compared.js'

const here = await execa('unshare', ['--mount', 'ovs-bugtool', '--help'], { reject: false })
t.test(
  'an archive of ovs-bugtool is read as it is',
  { skip: here.failed && 'no ovs-bugtool here' },
  async (t) => {
    const { box, daemon } = await furnished(t)
    await daemon.stop()
    // before br0, and behind it, in the file of all flows
    for (const name of ['a-first', 'z-last']) {
      await box.vsctl('add-br', name, '--', 'set', 'Bridge', name, 'datapath_type=dummy')
      await box.ofctl('add-flow', join(box.directory, `${name}.mgmt`), 'table=7,actions=drop')
    }
    await box.ofctl('del-flows', 'br0', 'table=20,dl_dst=02:00:00:00:00:01')
    const places = ['/var/run/openvswitch', '/etc/openvswitch']
    const mounts = places.map((place) => `mkdir -p ${place} && mount --bind "$0" ${place}`)
    const words = 'ovs-bugtool --ovs --yestoall --delay=1 --output=tar.gz --outfile="$0/bug.tar.gz"'
    const script = [...mounts, 'export OVS_RUNDIR=/var/run/openvswitch', words].join(' && ')
    await execa('unshare', ['--mount', 'sh', '-c', script, box.directory])
    const [live, archived, without] = diffsIn(
      box,
      ['br0'],
      ['br0', '--actual', 'bug.tar.gz'],
      ['br0', '--desired', 'bug.tar.gz'],
    )
    t.match(live, { status: 2, stdout: /02:00:00:00:00:01/ })
    t.strictSame([archived?.status, archived?.stdout], [live?.status, live?.stdout], archived?.stderr ?? '')
    t.match(without, { status: 1, stderr: /bug\.tar\.gz: hardware_vtep is not in it/ })
  },
)
