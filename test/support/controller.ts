import { uniqueFrame } from './frame.js'
import type { Sandbox } from './sandbox.js'
import { addDummyPort } from './underlay.js'
import { until } from './until.js'

/** A network controller made of the real vtep-ctl. */
export interface Controller {
  /**
   * Runs vtep-ctl commands, one a line (or each as its words, where these have spaces), in one transaction; resolves
   * when the switch forwards accordingly.
   *
   * Every transaction also gives the canary, a logical switch of its own, one more remote MAC. Once frames to that
   * MAC are tunnelled, the transaction has been applied, so what follows can be asserted at once, absence included.
   */
  write(commands: string | readonly (readonly string[])[]): Promise<void>
}

const CANARY_PORT = 'canary'
const CANARY_REMOTE = '10.2.2.254'
const CANARY_VNI = 999
/** So many hosts the canary has at most; then each new one takes the place of the oldest. */
const CANARIES = 250
const CANARY_HOST = '02:00:00:00:0c:01'

/** `sandbox` must have a Physical_Switch row and a running daemon; resolves when the canary sings. */
export async function startController(sandbox: Sandbox): Promise<Controller> {
  const { bridge } = sandbox
  await addDummyPort(sandbox, bridge, CANARY_PORT)
  await sandbox.addRemote(CANARY_REMOTE)
  await until('the canary port is in the database', async () =>
    (await sandbox.vtepctl('list-ports', bridge)).split('\n').includes(CANARY_PORT),
  )
  let transactions = 0
  const write: Controller['write'] = async (commands) => {
    const mac = addressOf(++transactions)
    const lines = typeof commands === 'string' ? parsed(commands) : commands
    const old =
      transactions > CANARIES ? [['del-ucast-remote', 'canary', addressOf(transactions - CANARIES)]] : []
    const all = [...lines, ...old, ['add-ucast-remote', 'canary', mac, CANARY_REMOTE]]
    await sandbox.vtepctl(...joined(all))
    const told = lines.map((line) => line.join(' ')).join('\n')
    await until(`the switch does what the controller wrote:\n${told}`, async () => {
      const exits = await sandbox.exitsOf(CANARY_PORT, uniqueFrame(CANARY_HOST, mac))
      return exits.join() === `${CANARY_REMOTE} vni ${CANARY_VNI}`
    })
  }
  await write([
    ['add-ls', 'canary'],
    ['set', 'Logical_Switch', 'canary', `tunnel_key=${CANARY_VNI}`],
    ['bind-ls', bridge, CANARY_PORT, '0', 'canary'],
  ])
  return { write }
}

/** Of the canary's hosts the `n`-th. */
function addressOf(n: number): string {
  const octets = [n >> 16, n >> 8, n].map((octet) => (octet & 0xff).toString(16).padStart(2, '0'))
  return ['02:ca:00', ...octets].join(':')
}

/** Commands, one a line, as arguments of vtep-ctl. No quoting. */
export function words(commands: string): readonly string[] {
  return joined(parsed(commands))
}

function joined(lines: readonly (readonly string[])[]): readonly string[] {
  return lines.flatMap((line) => ['--', ...line])
}

function parsed(commands: string): readonly (readonly string[])[] {
  const lines = commands.split('\n').map((line) => line.trim())
  return lines.filter((line) => line !== '').map((line) => line.split(/\s+/))
}
