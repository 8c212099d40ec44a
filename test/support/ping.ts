import type { Namespace } from './namespace.js'

/** Whether `address` answers one ping within a second. */
export async function answersPing(from: Namespace, address: string): Promise<boolean> {
  return from.run('ping', '-c', '1', '-W', '1', address).then(
    () => true,
    () => false,
  )
}

/** Sends one ping to a station that is told, not asked for, and waits for no answer. */
export async function sendPing(from: Namespace, address: string, mac: string): Promise<void> {
  await from.ip('neighbour', 'replace', address, 'lladdr', mac, 'dev', 'eth0', 'nud', 'permanent')
  await from.run('ping', '-c', '1', '-W', '0.01', address).catch(() => '')
}
