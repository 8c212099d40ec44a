import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What is served as it is. */
export interface ServedFile {
  readonly type: string
  readonly body: Buffer
}

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
}

/** Files of a directory by the path at which they are asked for. Throws where one is missing. */
export function servedFiles(directory: string, names: readonly string[]): Map<string, ServedFile> {
  const files = new Map<string, ServedFile>()
  for (const name of names) {
    const ending = name.slice(name.lastIndexOf('.') + 1)
    const file = {
      type: types[ending] ?? 'application/octet-stream',
      body: readFileSync(join(directory, name)),
    }
    files.set(`/${name}`, file)
  }
  return files
}
