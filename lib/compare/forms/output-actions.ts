import { argument, type Reader } from './action.js'
import { split } from './split.js'
import { parseSubfield, printSubfield } from './subfield.js'
import { excerptOf, Unclear } from './unclear.js'
import { parsePort, type PortNumbers, printPort } from './value.js'

export const output: Reader = (call, { ports }) => {
  const { rest, inside } = call
  const [, port, length] = /^port=(.+),max_len=(\d+)$/.exec(inside ?? '') ?? []
  if (port !== undefined) return [`output(port=${printPort(portOf(port, ports))},max_len=${length})`]
  const text = rest ?? inside ?? ''
  const number = parsePort(text, ports)
  return [number === undefined ? `output:${printSubfield(parseSubfield(text))}` : printOutput(number)]
}

export function printOutput(port: bigint): string {
  if (port === 0xfffdn) return 'CONTROLLER:65535'
  const text = printPort(port)
  return /^\d/.test(text) ? `output:${text}` : text
}

function portOf(text: string, ports: PortNumbers): bigint {
  const port = parsePort(text, ports)
  if (port === undefined) throw new Unclear(`no such port: ${excerptOf(text)}`)
  return port
}

/** `resubmit:PORT`, `resubmit(PORT)`, `resubmit([PORT],[TABLE][,ct])`. */
export const resubmit: Reader = ({ rest, inside, after }, { ports }) => {
  const [port = '', table = '', ct = '', ...more] = (rest ?? inside ?? '').split(',')
  const isKnown = after === '' && more.length === 0 && /^\d*$/.test(table) && /^(ct)?$/.test(ct)
  if (!isKnown || port + table === '') throw new Unclear('no known form of resubmit')
  const number = port === '' ? 0xfff8n : portOf(port, ports)
  const from = number === 0xfff8n ? '' : printPort(number)
  if (table === '' || table === '255')
    return [ct === '' ? `resubmit:${from === '' ? 'IN_PORT' : from}` : `resubmit(${from},,ct)`]
  return [`resubmit(${from},${Number(table)}${ct === '' ? '' : ',ct'})`]
}

/** `bundle(FIELDS,BASIS,ALGORITHM,ofport,members:PORT,…)`; members were slaves before 2.16. */
export const bundle: Reader = ({ name, inside, after }, { ports }) => {
  const [, head, to = '', list = ''] =
    /^(\w+, ?\d+, ?\w+, ?ofport)(?:, ?([\w[\].]+))?, ?(?:members|slaves):(.*)$/.exec(inside ?? '') ?? []
  if (head === undefined || after !== '') throw new Unclear(`no known form of ${name}`)
  const members = split(list, ', ').map((port) => printPort(portOf(port, ports)))
  const into = to === '' ? '' : `,${printSubfield(parseSubfield(to))}`
  return [`${name}(${head.replaceAll(' ', '')}${into},members:${members.join(',')})`]
}

/** `enqueue:PORT:QUEUE` and `enqueue(PORT,QUEUE)` of OpenFlow 1.0. */
export const enqueue: Reader = (call, { ports }) => {
  const [, port, queue] = /^(.+)[:,](\d+)$/.exec(argument(call)) ?? []
  if (port === undefined) throw new Unclear('no known form of enqueue')
  return [`set_queue:${queue}`, printOutput(portOf(port, ports)), 'pop_queue']
}

export const controller: Reader = ({ rest, inside, after }) => {
  if (after !== '' || !/^[\w.,=]*$/.test(inside ?? rest ?? ''))
    throw new Unclear('no known form of controller')
  return [inside === null ? `CONTROLLER:${rest ?? 65535}` : `controller(${inside})`]
}
