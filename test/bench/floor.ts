import { execFile } from 'node:child_process'
import { openflowVersion } from '../../lib/model/flow.js'
import { remoteMacFlow } from '../../lib/pipeline/rules/remote-mac.js'
import { addLine, parseFlow } from '../../lib/model/flow.js'
import { parseAddress } from '../../lib/model/address.js'
import type { Mac } from '../../lib/model/mac.js'
import type { Owner } from '../support/ovs.js'
import type { Sandbox } from '../support/sandbox.js'
import { watchFlows, type FlowWatch } from './watch.js'
import { watchedMac, watchedMacs } from './world.js'

const bridge = 'floor'
const address = parseAddress('10.2.2.2')
const uuid = '00000000-0000-0000-0000-000000000001'

/** What Open vSwitch itself takes: `ovs-ofctl` with the same flows, on a bridge beside ours that nothing else uses. */
export class Floor {
  readonly #sandbox: Sandbox
  readonly #watch: FlowWatch
  #macs = 0

  static async start(owner: Owner, sandbox: Sandbox): Promise<Floor> {
    const settings = ['datapath_type=dummy', 'fail_mode=secure']
    await sandbox.vsctl('add-br', bridge, '--', 'set', 'Bridge', bridge, ...settings)
    return new Floor(sandbox, await watchFlows(owner, sandbox, bridge, [`dl_dst=${watchedMacs}`]))
  }

  private constructor(sandbox: Sandbox, watch: FlowWatch) {
    this.#sandbox = sandbox
    this.#watch = watch
  }

  /** Milliseconds from the start of one `ovs-ofctl bundle` with one flow until that is in the switch. */
  async oneFlow(): Promise<number> {
    const mac = watchedMac(0x1_0000 + this.#macs++)
    if (address === undefined) throw new Error('no address')
    const flow = remoteMacFlow(uuid, mac as Mac, { address, vni: 33, via: null }, uuid)
    const startedMs = performance.now()
    await this.#bundle(`${addLine(flow)}\n`)
    return (await this.#watch.added.all([mac])) - startedMs
  }

  /** Milliseconds for all flows that `dump` lists in one bundle, and for a dump of them after that. */
  async bundleAndDump(dump: string): Promise<number> {
    const flows = dump.split('\n').map(parseFlow)
    const lines = flows.map((flow) => (flow === undefined ? '' : `${addLine(flow)}\n`)).join('')
    const startedMs = performance.now()
    await this.#bundle(lines)
    await this.#run(['--no-stats', '--no-names', 'dump-flows', bridge], '')
    const tookMs = performance.now() - startedMs
    await this.#run(['del-flows', bridge], '')
    return tookMs
  }

  async #bundle(input: string): Promise<void> {
    await this.#run(['bundle', bridge, '-'], input)
  }

  #run(words: readonly string[], input: string): Promise<void> {
    const options = { env: { ...process.env, ...this.#sandbox.env }, maxBuffer: 2 ** 30 }
    return new Promise((resolve, reject) => {
      const child = execFile('ovs-ofctl', ['-O', openflowVersion, ...words], options, (error) =>
        error === null ? resolve() : reject(new Error(error.message)),
      )
      child.stdin?.end(input)
    })
  }
}
