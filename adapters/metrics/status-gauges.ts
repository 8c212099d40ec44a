import { statSync } from 'node:fs'
import { Gauge, type Registry } from 'prom-client'
import { lanes } from '../../lib/model/batch.js'
import type { Status } from '../../lib/words/status.js'
import { packageVersion } from '../package-version.js'

/** Gauges of what `status` says; gives how to set them. */
export function statusGauges(registry: Registry): (status: Status) => void {
  const gauge = <T extends string>(name: string, help: string, labelNames: readonly T[] = []): Gauge<T> =>
    new Gauge({ name: `ovs_vtep_${name}`, help, labelNames, registers: [registry] })
  const info = gauge('info', 'Which version works for which switch', ['version', 'switch'])
  const active = gauge('active', '0: it stands by for another, whose journal the other numbers are from')
  const isInSync = gauge('in_sync', '1: everything is known, nothing is to do, nothing is refused')
  const current = gauge('source_current', '1: connected and read', ['source'])
  const flows = gauge('flows', 'Flows of ours in the switch, those that should be, and flows of others', [
    'kind',
  ])
  const macs = gauge('learned_macs', 'MACs that the switch has learned')
  const claims = gauge('claimed_addresses', 'IP addresses that stations say they have')
  const batches = gauge('pending_batches', 'Batches under way, and those that failed and wait', [
    'lane',
    'state',
  ])
  const refused = gauge('quarantined_changes', 'Changes that are refused and left out', ['lane'])
  const problems = gauge('problem_rows', 'Problems of rows that can not be realised', ['table'])
  const entry = gauge('last_entry', 'Number of the last entry of the journal')
  const sound = gauge('journal_sound', '1: all is in the file; 0: entries are held in memory')
  const held = gauge('journal_held_entries', 'Entries in memory that wait for the file')
  const lost = gauge('journal_lost_entries', 'Entries that no file will hold')
  const bytes = gauge('journal_size_bytes', 'Size of the journal')

  return (status) => {
    const { knowledge, pending, quarantined, journal } = status
    info.set({ version: packageVersion(), switch: status.switch }, 1)
    active.set(Number(status.role !== 'standby'))
    isInSync.set(Number(status.isInSync))
    for (const [source, known] of Object.entries(knowledge))
      current.set({ source }, Number(known === 'current'))
    for (const [kind, count] of Object.entries(status.flows)) flows.set({ kind }, count)
    macs.set(status.learnedMacs)
    claims.set(status.claimedAddresses)
    for (const lane of lanes) {
      const own = pending.filter((batch) => batch.lane === lane)
      batches.set({ lane, state: 'under_way' }, own.filter(({ isUnderWay }) => isUnderWay).length)
      batches.set({ lane, state: 'failed' }, own.filter(({ isUnderWay }) => !isUnderWay).length)
      refused.set({ lane }, quarantined.filter((change) => change.lane === lane).length)
    }
    problems.reset()
    for (const { table } of status.problems) problems.inc({ table })
    entry.set(status.entry)
    sound.set(Number(journal.trouble === null))
    held.set(journal.held)
    lost.set(journal.lost)
    bytes.set(sizeOf(journal.file))
  }
}

/** With what SQLite keeps beside it. */
function sizeOf(file: string): number {
  const sizes = ['', '-wal'].map((ending) => statSync(file + ending, { throwIfNoEntry: false })?.size ?? 0)
  return sizes.reduce((sum, bytes) => sum + bytes, 0)
}
