import { execa } from 'execa'
import type { Frame } from '../support/frame.js'
import type { Sandbox } from '../support/sandbox.js'
import { newEntries, tellEntry } from './replay.js'

/** The demo's way of doing things: every deed is printed, then what came of it. */
export interface Stage {
  /** Runs vtep-ctl as a person would type it; prints the journal's new entries, the emitted batches among them. */
  controllerTypes(command: string): Promise<void>
  /** The journal's entries since the last time they were printed. */
  printNews(): Promise<void>
  /** Prints where `frame`, sent in at `port`, came out. */
  sendFrom(port: string, told: string, frame: Frame): Promise<void>
  /** The same for a frame of a remote VTEP. */
  sendFromVtep(ip: string, vni: number, told: string, frame: Frame): Promise<void>
}

const say = (text: string): void => void process.stdout.write(`${text}\n`)

export function heading(text: string): void {
  say(`\n── ${text} ${'─'.repeat(Math.max(2, 90 - text.length))}`)
}

export function tell(text: string): void {
  say(text)
}

export function indented(lines: readonly string[]): void {
  for (const line of lines) say(`    ${line}`)
}

export function createStage(sandbox: Sandbox, journal: string): Stage {
  let known = 0
  const printNews = async (): Promise<void> => {
    const news = await newEntries(journal, known)
    known += news.length
    indented(news.flatMap(tellEntry))
  }
  const printExits = (told: string, exits: readonly string[]): void => {
    say(`  ${told.padEnd(64)} → ${exits.length === 0 ? 'dropped' : exits.join(', ')}`)
  }
  return {
    printNews,
    controllerTypes: async (command) => {
      say(`$ vtep-ctl ${command}`)
      await execa('vtep-ctl', command.split(' '), { env: sandbox.env })
      await printNews()
    },
    sendFrom: async (port, told, frame) => printExits(told, await sandbox.exitsOf(port, frame)),
    sendFromVtep: async (ip, vni, told, frame) =>
      printExits(told, await sandbox.exitsOfVxlan(ip, vni, frame)),
  }
}
