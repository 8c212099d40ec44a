import type { Controller } from './controller.js'

/** Two ports, two other VTEPs. */
export const usualUnderlay = {
  ports: ['p0', 'p1'],
  tunnelIp: '10.2.2.1',
  remotes: ['10.2.2.2', '10.2.2.3'],
} as const

/**
 * Has `ls0`, VNI 33, made at p0 and, in VLAN 10, at p1; what is for nobody it knows goes to 10.2.2.2, and `remoteMac`, if there is
 * one, is at 10.2.2.3.
 */
export async function writeUsualNetwork(controller: Controller, remoteMac: string | null): Promise<void> {
  await controller.write(`
    add-ls ls0
    set Logical_Switch ls0 tunnel_key=33
    bind-ls br0 p0 0 ls0
    bind-ls br0 p1 10 ls0
    add-mcast-remote ls0 unknown-dst 10.2.2.2
    ${remoteMac === null ? '' : `add-ucast-remote ls0 ${remoteMac} 10.2.2.3`}
  `)
}
