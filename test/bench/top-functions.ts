import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'

/** As much of a V8 CPU profile as is read here. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
  }[]
  /** The node seen at each sample, and the microseconds since the one before. */
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

export interface Share {
  readonly name: string
  readonly selfMs: number
  /** Of all time that was not idle. */
  readonly share: number
}

const notWork: ReadonlySet<string> = new Set(['(idle)', '(root)'])

/** Where the time went, the largest share first: functions by their own time, without what they called. */
export function topFunctions({ nodes, samples, timeDeltas }: CpuProfile): readonly Share[] {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]))
  const selfMs = new Map<string, number>()
  samples.forEach((id, i) => {
    const name = names.get(id) ?? '(unknown)'
    if (!notWork.has(name)) selfMs.set(name, (selfMs.get(name) ?? 0) + (timeDeltas[i] ?? 0) / 1_000)
  })
  const total = [...selfMs.values()].reduce((sum, ms) => sum + ms, 0)
  return [...selfMs]
    .map(([name, ms]) => ({ name, selfMs: ms, share: ms / total }))
    .sort((a, b) => b.selfMs - a.selfMs)
}

function nameOf({ functionName, url, lineNumber }: CpuProfile['nodes'][number]['callFrame']): string {
  const name = functionName === '' ? '(anonymous)' : functionName
  if (url === '') return name
  const file = url.startsWith('file:') ? shortened(fileURLToPath(url)) : basename(url)
  return `${name} ${file}:${lineNumber + 1}`
}

/** From the package's top directory, or from that of the package it belongs to. */
function shortened(path: string): string {
  return path.replace(/^.*\/(node_modules|dist)\//, '')
}
