import { vtepsInUse } from '../vteps-in-use.js'
import { aclPiece, entryPiece } from './acl.js'
import { aclsAtPiece } from './acl-binding.js'
import { answerPiece } from './answer.js'
import { arpSourcePiece } from './arp-source.js'
import { bindingPiece } from './binding.js'
import { crowdPiece } from './crowd.js'
import { floodPiece } from './flood.js'
import { keyPiece } from './key.js'
import { learnedPiece } from './learned.js'
import { macPiece } from './mac.js'
import { pipelinePiece } from './pipeline.js'
import { routerPiece } from './router.js'
import { senderPiece } from './sender.js'
import { tunnelPiece } from './tunnel.js'
import { vniPiece } from './vni.js'

/**
 * All kinds of pieces. In a turn each is asked in this order what is stale, so one that tells another something comes before it.
 * Then all that is stale is derived.
 */
export const pieceKinds = [
  vtepsInUse,
  pipelinePiece,
  keyPiece,
  tunnelPiece,
  macPiece,
  floodPiece,
  senderPiece,
  vniPiece,
  bindingPiece,
  crowdPiece,
  answerPiece,
  learnedPiece,
  aclPiece,
  entryPiece,
  aclsAtPiece,
  routerPiece,
  arpSourcePiece,
]
