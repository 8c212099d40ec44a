import { barrier } from './openflow-requests.js'

/** How long the switch may take to answer; bundles wait for that. */
const timeoutMs = 2_000

interface Pending {
  readonly xid: number
  readonly lines: string[]
  resolve(lines: readonly string[]): void
  reject(reason: Error): void
}

/**
 * Questions to the switch over the connection of `ovs-ofctl monitor`, one at a time: what it prints from
 * the sending on to the reply to a barrier is the answer, whatever the monitor itself says in between.
 */
export class Inquiry {
  readonly #send: (messages: readonly string[]) => Promise<unknown>
  #turn: Promise<unknown> = Promise.resolve()
  #pending: Pending | null = null
  #xid = 0
  #whyNot = ''

  constructor(send: (messages: readonly string[]) => Promise<unknown>) {
    this.#send = send
  }

  /** `messages`: the requests, all with one `xid`. Rejects when they can't be sent or the monitor ends. */
  make(messages: (xid: number) => readonly string[]): Promise<readonly string[]> {
    const answer = this.#turn.then(() => this.#ask(messages))
    this.#turn = answer.catch(() => undefined)
    return answer
  }

  hear(lines: readonly string[]): void {
    if (this.#pending === null) return
    const end = `OFPT_BARRIER_REPLY (OF1.4) (xid=0x${this.#pending.xid.toString(16)}):`
    for (const line of lines) {
      if (line.startsWith(end)) return this.#pending.resolve(this.#pending.lines)
      if (isReply(line)) this.#pending.lines.push(line)
    }
  }

  close(reason: string): void {
    this.#whyNot = reason
    this.#pending?.reject(new Error(reason))
  }

  async #ask(messages: (xid: number) => readonly string[]): Promise<readonly string[]> {
    if (this.#whyNot !== '') throw new Error(this.#whyNot)
    // far from the numbers that ovs-ofctl gives its own messages
    const xid = 0x5654_0000 + (++this.#xid % 0x10000)
    const answer = new Promise<readonly string[]>((resolve, reject) => {
      this.#pending = { xid, lines: [], resolve, reject }
    })
    this.#send([...messages(xid), barrier(xid)]).catch((error: unknown) =>
      this.#pending?.reject(error instanceof Error ? error : new Error(String(error))),
    )
    const timer = setTimeout(() => this.#pending?.reject(new Error('no answer from the switch')), timeoutMs)
    return answer.finally(() => {
      clearTimeout(timer)
      this.#pending = null
    })
  }
}

function isReply(line: string): boolean {
  return line.startsWith(' cookie=') || line.startsWith('OFPST_AGGREGATE reply')
}
