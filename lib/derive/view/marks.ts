/** The external-ids key that marks a port as ours; its value is the physical switch's name. */
export const ownerMark = 'vtep_physical_switch'

/** The external-ids key of a BFD port of ours; its value is the remote end point. */
export const bfdMark = 'vtep_bfd'

/**
 * The external-ids key of a tunnel port of ours; its value is the end point of ours that it stands for,
 * whether or not it is tied to that: so emulators of one machine see who has which, even when they
 * read different hardware_vtep databases.
 */
export const addressMark = 'vtep_tunnel_ip'

/**
 * The external-ids key of a tunnel port of ours; its value names a port of others that the switch was asked to try again, since
 * ours is no longer in its way. ovs-vswitchd tries all ports again when anything is written into its database.
 */
export const againMark = 'vtep_try_again'

/** The external-ids key that holds a bridge's fail_mode before ours. */
export const formerFailMode = 'vtep_former_fail_mode'
