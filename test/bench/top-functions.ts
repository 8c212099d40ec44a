import { existsSync, readFileSync } from 'node:fs'
import { SourceMap, type SourceMapPayload } from 'node:module'
import { basename, dirname, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** As much of a V8 CPU profile as is read here. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: {
      readonly functionName: string
      readonly url: string
      readonly lineNumber: number
      readonly columnNumber: number
    }
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

/**
 * Where the time went, the largest share first: functions by their own time, without what they called. `lastMs`: only
 * the end of the profile.
 */
export function topFunctions(
  { nodes, samples, timeDeltas }: CpuProfile,
  lastMs = Infinity,
): readonly Share[] {
  let leftMs = timeDeltas.reduce((sum, delta) => sum + delta, 0) / 1_000
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]))
  const selfMs = new Map<string, number>()
  samples.forEach((id, i) => {
    const name = names.get(id) ?? '(unknown)'
    const isCounted = leftMs <= lastMs && !notWork.has(name)
    leftMs -= (timeDeltas[i] ?? 0) / 1_000
    if (isCounted) selfMs.set(name, (selfMs.get(name) ?? 0) + (timeDeltas[i] ?? 0) / 1_000)
  })
  const total = [...selfMs.values()].reduce((sum, ms) => sum + ms, 0)
  return [...selfMs]
    .map(([name, ms]) => ({ name, selfMs: ms, share: ms / total }))
    .sort((a, b) => b.selfMs - a.selfMs)
}

function nameOf({
  functionName,
  url,
  lineNumber,
  columnNumber,
}: CpuProfile['nodes'][number]['callFrame']): string {
  const name = functionName === '' ? '(anonymous)' : functionName
  if (url === '') return name
  if (!url.startsWith('file:')) return `${name} ${basename(url)}:${lineNumber + 1}`
  const { file, line } = origin(fileURLToPath(url), lineNumber, columnNumber)
  return `${name} ${shortened(file)}:${line + 1}`
}

const maps = new Map<string, SourceMap | null>()

/** Where the source of a place in a bundled file is; lines from 0. */
function origin(
  file: string,
  line: number,
  column: number,
): { readonly file: string; readonly line: number } {
  let map = maps.get(file)
  if (map === undefined) {
    map = existsSync(`${file}.map`)
      ? new SourceMap(JSON.parse(readFileSync(`${file}.map`, 'utf8')) as SourceMapPayload)
      : null
    maps.set(file, map)
  }
  const entry = map?.findEntry(line, column)
  if (entry === undefined || !('originalSource' in entry)) return { file, line }
  return { file: resolve(dirname(file), entry.originalSource), line: entry.originalLine }
}

/** From the package's top directory, or from that of the package it belongs to. */
function shortened(path: string): string {
  return relative('.', path).replace(/^(.*\/)?(node_modules|dist)\//, '')
}
