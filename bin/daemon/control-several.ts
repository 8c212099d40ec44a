import { ControlError } from '../../adapters/unixctl/command-table.js'
import type { ControlServer } from '../../adapters/unixctl/control-server.js'
import { aclHitsText } from '../../lib/words/acl-hits.js'
import { didYouMean } from '../../lib/words/closest.js'
import { describeStatus } from '../../lib/words/status.js'
import { endOnSignals, registerUsual } from './control.js'
import type { Daemon } from './switch-daemon.js'
import type { Several } from './several.js'

/** As registerCommands, of who works for several switches: a command may name one of them, else it is for all. */
export function registerSeveral(control: ControlServer, several: Several): void {
  const { crew, ended } = several
  registerUsual(control)
  control.register('status', '[PS-NAME] [--json]', 0, 2, (words) => {
    const { name, isGiven } = understood('status', words, '--json')
    const chosen = workersFor(several, name)
    const statuses = chosen.map(([, worker]) => worker.status())
    const waiting = name === null ? [...several.troubles()] : []
    const json = () => (name === null ? statuses : statuses[0])
    const text = () =>
      isGiven
        ? `${JSON.stringify(json())}\n`
        : [
            ...statuses.map(describeStatus),
            ...waiting.map(([ps, reason]) => `switch: ${ps} (does not work: ${reason})\n`),
            ...(statuses.length + waiting.length === 0 ? [nobodyHere] : []),
          ].join('\n')
    return { text, json }
  })
  control.register('acls', '[PS-NAME]', 0, 1, async (words) => {
    const chosen = workersFor(several, understood('acls', words, null).name)
    const hits = await Promise.all(chosen.map(async ([ps, worker]) => [ps, await worker.aclHits()] as const))
    return {
      text: () => hits.map(([ps, own]) => `switch: ${ps}\n${aclHitsText(own)}`).join('\n'),
      json: () => Object.fromEntries(hits),
    }
  })
  control.register('retry', '[PS-NAME]', 0, 1, (words) => {
    for (const [, worker] of workersFor(several, understood('retry', words, null).name)) worker.retry()
    return ''
  })
  control.register('exit', '[PS-NAME] [--cleanup]', 0, 2, async (words) => {
    const { name, isGiven } = understood('exit', words, '--cleanup')
    if (name !== null) {
      workersFor(several, name)
      await crew.stopOne(name, 'exit', isGiven)
      return ''
    }
    crew.stop('exit', isGiven)
    await ended
    return ''
  })
  endOnSignals((signal) => crew.stop(signal, false))
}

function understood(
  command: string,
  words: readonly string[],
  option: string | null,
): { readonly name: string | null; readonly isGiven: boolean } {
  const isGiven = option !== null && words.includes(option)
  const [name = null, extra] = words.filter((word) => word !== option)
  const unknown = name?.startsWith('-') === true ? name : extra
  if (unknown !== undefined)
    throw new ControlError(
      `"${command}" does not know ${unknown}${didYouMean(unknown, option === null ? [] : [option])}`,
    )
  return { name, isGiven }
}

/** With --all, as long as there is nothing to do. */
const nobodyHere = 'no switch: no Physical_Switch row has a bridge of its name here\n'

/** All where `name` is null. */
function workersFor(several: Several, name: string | null): readonly (readonly [string, Daemon])[] {
  const { crew } = several
  if (name === null) return [...crew.workers].sort(([a], [b]) => (a < b ? -1 : 1))
  const worker = crew.workers.get(name)
  if (worker !== undefined) return [[name, worker]]
  const trouble = several.troubles().get(name)
  const names = [...crew.workers.keys()].sort()
  throw new ControlError(
    trouble === undefined
      ? `no switch ${JSON.stringify(name)} here${didYouMean(name, names)}`
      : `switch ${JSON.stringify(name)} does not work: ${trouble}`,
  )
}
