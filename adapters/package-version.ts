import { readFileSync } from 'node:fs'
import * as z from 'zod'
import { builtFile } from './built-file.js'

const Package = z.object({ version: z.string() })

/** This package's version, such as `0.1.0`. */
export function packageVersion(): string {
  const manifest = readFileSync(builtFile('../package.json'), 'utf8')
  return Package.parse(JSON.parse(manifest)).version
}
