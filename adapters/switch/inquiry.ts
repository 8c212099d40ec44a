import { barrier } from './openflow-requests.js'

/** How long the switch may take to answer; bundles wait for that. */
const timeoutMs = 2_000
/** A monitor that has not taken a request after so long takes none any more. */
const hungMs = 5_000

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
  readonly #onHung: () => void
  /** The first request that the monitor has not taken in time; null: it takes them. */
  #untaken: Promise<unknown> | null = null
  #turn: Promise<unknown> = Promise.resolve()
  #pending: Pending | null = null
  #xid = 0
  #whyNot = ''

  /** `send` settles when the monitor has taken the messages, or said that it does not; `onHung` is called once when it does neither. */
  constructor(send: (messages: readonly string[]) => Promise<unknown>, onHung: () => void) {
    this.#send = send
    this.#onHung = onHung
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
    if (this.#untaken !== null) throw new Error('no answer from the flow monitor')
    // far from the numbers that ovs-ofctl gives its own messages
    const xid = 0x5654_0000 + (++this.#xid % 0x10000)
    const answer = new Promise<readonly string[]>((resolve, reject) => {
      this.#pending = { xid, lines: [], resolve, reject }
    })
    const sent = this.#send([...messages(xid), barrier(xid)])
    let isTaken = false
    const taken = () => {
      isTaken = true
      clearTimeout(hung)
      if (this.#untaken === sent) this.#untaken = null
    }
    // where it was us who slept, what has come meanwhile is read first
    const hung = setTimeout(
      () => setImmediate(() => isTaken || this.#whyNot !== '' || this.#onHung()),
      hungMs,
    )
    sent.then(taken, (error: unknown) => {
      taken()
      this.#pending?.reject(error instanceof Error ? error : new Error(String(error)))
    })
    const timer = setTimeout(() => {
      if (!isTaken) this.#untaken = sent
      this.#pending?.reject(new Error('no answer from the switch'))
    }, timeoutMs)
    return answer.finally(() => {
      clearTimeout(timer)
      this.#pending = null
    })
  }
}

function isReply(line: string): boolean {
  return line.startsWith(' cookie=') || line.startsWith('OFPST_AGGREGATE reply')
}
