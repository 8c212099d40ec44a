/**
 * Importing this first keeps Node from opening its debugger, on a port for every local user, when a program gets SIGUSR1.
 * Node 20 knows no option for that; a listener takes the signal's place. Threads share it.
 */
process.on('SIGUSR1', () => undefined)
