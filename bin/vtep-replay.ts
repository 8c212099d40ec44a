#!/usr/bin/env node
import { writeSync } from 'node:fs'
import { readEntries } from '../journal/reader.js'
import { JournalError } from '../journal/format.js'
import { describe } from '../lib/describe.js'
import { verify } from '../lib/replay.js'

const usage = `Usage: vtep-replay JOURNAL          list its entries
       vtep-replay verify JOURNAL   fold it again and compare every recorded plan

Exit status: 0 sound, 1 trouble, 2 differences found.
`

process.exitCode = main(process.argv.slice(2))

function main(list: readonly string[]): number {
  const [first, second, ...rest] = list
  if (first === '--help' || first === '-h') return say(usage, 0)
  if (first === undefined || rest.length > 0 || (second !== undefined && first !== 'verify'))
    return complain(usage)
  try {
    return second === undefined ? listEntries(first) : verifyJournal(second)
  } catch (error) {
    if (error instanceof JournalError) return complain(`vtep-replay: ${error.message}\n`)
    if (error instanceof Error && 'code' in error && error.code === 'EPIPE') return 0
    throw error
  }
}

function listEntries(file: string): number {
  for (const entry of readEntries(file)) say(`${describe(entry)}\n`, 0)
  return 0
}

function verifyJournal(file: string): number {
  let count = 0
  let plans = 0
  const counted = function* () {
    for (const entry of readEntries(file)) {
      count++
      if (entry.event.type === 'Planned') plans++
      yield entry
    }
  }
  let found = 0
  for (const { seq, reason } of verify(counted())) {
    found++
    say(`entry ${seq}: ${reason}\n`, 0)
  }
  const verdict = found === 0 ? 'sound' : `${found} differences`
  return say(`${file}: ${verdict}: ${count} entries, ${plans} plans recomputed\n`, found === 0 ? 0 : 2)
}

function say(text: string, status: number): number {
  writeSync(process.stdout.fd, text)
  return status
}

function complain(text: string): number {
  writeSync(process.stderr.fd, text)
  return 1
}
