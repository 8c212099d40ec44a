import type { Mac } from '../mac.js'

/**
 * The MAC of a router. vtep(5) has no column for it; all VTEPs of a distributed router must have the same one, so it
 * follows from the router's name.
 */
export function routerMac(name: string): Mac {
  return virtualMac(`router ${name}`)
}

/** The MAC by which the VTEP at an end point asks for neighbours of routers: vtep(5) has it different at each VTEP. */
export function arpSourceMac(endPoint: string): Mac {
  return virtualMac(`source ${endPoint}`)
}

/** Locally administered (IEEE 802): 40 bits of FNV-1a over UTF-16 units. */
function virtualMac(text: string): Mac {
  let hash = 0xcbf29ce484222325n
  for (let i = 0; i < text.length; i++)
    hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(i))) * 0x100000001b3n)
  const digits = (hash ^ (hash >> 32n)).toString(16).padStart(16, '0').slice(-10)
  return ['02', ...(digits.match(/../g) ?? [])].join(':') as Mac
}
