import { openRecording } from '../../journal/recording.js'

/** How many bundles and how many ovs-vsctl transactions each change of the controller's led to. */
export function batchesAStep(journal: string): readonly number[] {
  const recording = openRecording(journal)
  const steps: number[] = []
  for (const { event } of recording.entries()) {
    if (event.type === 'VtepUpdated' && !event.isCatchUp && event.updates.some(isControllers)) steps.push(0)
    if (event.type === 'Planned' && event.lane === 'switch' && steps.length > 0)
      steps[steps.length - 1] = (steps.at(-1) ?? 0) + 1
  }
  recording.close()
  return steps
}

function isControllers({ table }: { readonly table: string }): boolean {
  return table === 'Ucast_Macs_Remote' || table === 'Logical_Switch'
}

/** Row changes that a journal records. */
export function rowChangesIn(journal: string): number {
  const recording = openRecording(journal)
  let count = 0
  for (const { event } of recording.entries())
    if (event.type === 'VtepUpdated' || event.type === 'OvsUpdated') count += event.updates.length
  recording.close()
  return count
}
