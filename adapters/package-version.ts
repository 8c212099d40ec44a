import { readFileSync } from 'node:fs'
import { builtFile } from './built-file.js'

/** This package's version, such as `0.1.0`. */
export function packageVersion(): string {
  const manifest = readFileSync(builtFile('../package.json'), 'utf8')
  const version = /^ {2}"version": "([^"]+)"/m.exec(manifest)?.[1]
  if (version === undefined) throw new Error('package.json has no version')
  return version
}
