import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { decodeFrame, encodeFrame, type Frame } from './frame.js'
import type { Ovs, Owner } from './ovs.js'
import { until } from './until.js'

/** The far end of a dummy port's wire, in this process. */
export interface Wire {
  /** The frame comes in at the port. */
  send(frame: Frame): void
}

/**
 * Plugs in at dummy port `port`: `arrived` gets every frame that goes out of it. Nothing is lost on the wire,
 * however long the switch takes, and the order is kept, but while there is no switch. One that is started anew
 * is plugged in again.
 */
export async function plugIn(
  owner: Owner,
  ovs: Ovs,
  port: string,
  arrived: (frame: Frame) => void,
): Promise<Wire> {
  const path = join(ovs.directory, `${port}.sock`)
  await ovs.vsctl('set', 'Interface', port, `options:pstream=punix:${path}`)
  let socket = await connected(path)
  let isOver = false
  owner.teardown(async () => {
    isOver = true
    socket.destroy()
  })
  const listen = (): void => {
    let rest = Buffer.alloc(0)
    socket.on('data', (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk])
      for (let end = endOfFirst(rest); end <= rest.length; end = endOfFirst(rest)) {
        arrived(decodeFrame(rest.subarray(LENGTH_BYTES, end)))
        rest = rest.subarray(end)
      }
    })
    // when the switch ends first
    socket.on('error', () => socket.destroy())
    socket.on('close', () => void plugInAgain())
  }
  const plugInAgain = async (): Promise<void> => {
    while (!isOver) {
      try {
        socket = await until('the switch listens', () => connected(path))
        listen()
        return
      } catch {
        // it may be away for longer than anybody waits
      }
    }
  }
  listen()
  return {
    send: (frame) => {
      const bytes = encodeFrame(frame)
      const length = Buffer.alloc(LENGTH_BYTES)
      length.writeUInt16BE(bytes.length)
      socket.write(Buffer.concat([length, bytes]))
    },
  }
}

async function connected(path: string): Promise<Socket> {
  const socket = connect(path)
  await once(socket, 'connect')
  return socket
}

/** A frame on a dummy port's stream is preceded by its length. */
const LENGTH_BYTES = 2

function endOfFirst(bytes: Buffer): number {
  return bytes.length < LENGTH_BYTES ? Infinity : LENGTH_BYTES + bytes.readUInt16BE(0)
}
