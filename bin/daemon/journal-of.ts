import { vlog } from '../../adapters/vlog/vlog.js'
import { JournalKeeper, type Surroundings } from '../../journal/keeper.js'
import { fileStore } from '../../journal/store.js'
import type { Core } from '../../lib/daemon/core.js'
import type { Arguments } from './asked.js'

const log = vlog.module('journal')
const surroundings: Surroundings = {
  now: Date.now,
  info: (text) => log.info(text),
  warn: (text) => log.warn(text),
}

function of(name: string): Surroundings {
  const { now, info, warn } = surroundings
  return { now, info: (text) => info(`${name}: ${text}`), warn: (text) => warn(`${name}: ${text}`) }
}

/** The keeper of the journal of a command line. */
export function keeperOf({ journal, retention, isOneOfSeveral, physicalSwitch }: Arguments): JournalKeeper {
  const around = isOneOfSeveral ? of(physicalSwitch) : surroundings
  return new JournalKeeper(fileStore(journal), around, undefined, retention)
}

/** Throws an Error where the journal is that of another switch. */
export function refuseOther({ journal, physicalSwitch }: Arguments, { state }: Core): void {
  const recorded = state.settings?.physicalSwitch ?? physicalSwitch
  if (recorded !== physicalSwitch)
    throw new Error(`${journal}: the journal of switch ${JSON.stringify(recorded)}`)
}
