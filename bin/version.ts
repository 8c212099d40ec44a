import { writeSync } from 'node:fs'
import { packageVersion } from '../adapters/package-version.js'

/** Whether `argv` asks for nothing but the version, and has its answer: the rest of a program need not be read for it. */
export function hasSaidVersion(argv: readonly string[], before = ''): boolean {
  const isAsked = argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')
  if (isAsked) writeSync(process.stdout.fd, `${before}${packageVersion()}\n`)
  return isAsked
}
