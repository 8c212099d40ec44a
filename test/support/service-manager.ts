import { spawn } from 'node:child_process'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import type { Owner } from './ovs.js'
import { until } from './until.js'

/** A socket as systemd gives it to a service, and what came in there, each message as its lines. */
export interface ServiceManager {
  readonly socket: string
  messages(): readonly (readonly string[])[]
}

/** Descriptors that come along are closed, which is what systemd-notify(1) waits for. */
const program = `
import json, os, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print('bound', flush=True)
while True:
    data, fds, flags, source = socket.recv_fds(s, 65536, 8)
    print(json.dumps(data.decode().split('\\n')), flush=True)
    for fd in fds: os.close(fd)
`

export async function startServiceManager(owner: Owner, directory: string): Promise<ServiceManager> {
  const socket = join(directory, 'notify')
  const child = spawn('python3', ['-c', program, socket], { stdio: ['ignore', 'pipe', 'inherit'] })
  owner.teardown(async () => void child.kill())
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += String(chunk)))
  const lines = (): readonly string[] => output.split('\n').slice(0, -1)
  await until('the socket is bound', () => lines().length > 0)
  chmodSync(socket, 0o777)
  return {
    socket,
    messages: () =>
      lines()
        .slice(1)
        .map((line) => JSON.parse(line) as readonly string[])
        .filter(([first]) => first !== 'BARRIER=1'),
  }
}
