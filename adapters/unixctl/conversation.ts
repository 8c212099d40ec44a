import type { Socket } from 'node:net'
import * as z from 'zod'
import { ProtocolError, reasonOf } from '../ovsdb/errors.js'
import { JsonSplitter } from '../ovsdb/json-splitter.js'
import { rateLimited } from '../vlog/rate-limit.js'
import { vlog } from '../vlog/vlog.js'
import { lines, AnswerSettings } from './answer.js'
import type { CommandTable } from './command-table.js'

const log = vlog.module('unixctl')
const complaints = rateLimited(log, { perMinute: 60, burst: 5 })

/** Far more than any command needs. */
const LIMITS = { maxBytes: 64 * 1024, maxDepth: 8 }

const Request = z.object({ id: z.unknown(), method: z.string(), params: z.array(z.string()) })
type Request = z.infer<typeof Request>

/**
 * Answers the JSON-RPC requests of one client in their order until it hangs up. A client that sends
 * anything else is cut off (the loop over a socket ends with its destruction); others don't notice.
 * `answers` holds what is not yet answered and sent.
 */
export async function converse(
  client: Socket,
  commands: CommandTable,
  answers: Set<Promise<void>>,
): Promise<void> {
  const splitter = new JsonSplitter(LIMITS)
  const settings = new AnswerSettings()
  let isBusy = false
  client.on('timeout', () => {
    if (!isBusy) client.destroy()
  })
  const run = async (name: string, words: readonly string[]): Promise<unknown> => {
    isBusy = true
    return commands.run(name, words, settings).finally(() => (isBusy = false))
  }
  try {
    for await (const chunk of client as AsyncIterable<Buffer>) {
      for (const value of splitter.push(chunk)) {
        const sent = answer(client, request(value), run)
        answers.add(sent)
        await sent.finally(() => answers.delete(sent))
      }
    }
  } catch (error) {
    if (error instanceof ProtocolError) complaints.warn(`control connection cut off: ${error.message}`)
    else log.dbg(`control connection lost: ${reasonOf(error)}`)
  }
}

/** Throws ProtocolError. */
function request(value: unknown): Request {
  const { data, success } = Request.safeParse(value)
  if (!success) throw new ProtocolError('not a control request')
  return data
}

/** Fulfilled once the reply is sent; a command that fails is an error reply. */
async function answer(
  client: Socket,
  { id, method, params }: Request,
  run: (name: string, words: readonly string[]) => Promise<unknown>,
): Promise<void> {
  log.dbg(`received request ${method}[${params.map((param) => JSON.stringify(param)).join(', ')}]`)
  const reply = await run(method, params).then(
    (result) => ({ id, result, error: null }),
    (error: unknown) => ({ id, result: null, error: lines(reasonOf(error)) }),
  )
  await new Promise((sent) => client.write(JSON.stringify(reply), sent))
}
